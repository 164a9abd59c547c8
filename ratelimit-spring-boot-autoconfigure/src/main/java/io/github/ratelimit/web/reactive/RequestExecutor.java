package io.github.ratelimit.web.reactive;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

import reactor.core.scheduler.Schedulers;
import reactor.netty.http.server.HttpServerRequest;

import org.springframework.core.io.buffer.NettyDataBufferFactory;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.util.ClassUtils;
import org.springframework.web.server.ServerWebExchange;

/**
 * Runs what follows a decision where the request came in: on the event loop of its
 * connection if the server is Netty, else on a thread of Reactor's. The thread that
 * completes a decision belongs to the store, and handlers may do as they like. Netty's
 * own thread it is because Reactor Netty 1.3.7 stops reading from connections that are
 * answered now on its thread, now on another one (reactor-netty issue 4361).
 */
final class RequestExecutor {

	private static final boolean NETTY = ClassUtils.isPresent("reactor.netty.http.server.HttpServerRequest",
			RequestExecutor.class.getClassLoader());

	private static final Executor REACTOR = (task) -> Schedulers.boundedElastic().schedule(task);

	private RequestExecutor() {
	}

	static Executor of(ServerWebExchange exchange) {
		return NETTY ? Netty.executor(exchange) : REACTOR;
	}

	private static final class Netty {

		static Executor executor(ServerWebExchange exchange) {
			CompletableFuture<Executor> loop = new CompletableFuture<>();
			if (exchange.getResponse().bufferFactory() instanceof NettyDataBufferFactory && ServerHttpRequestDecorator
				.<Object>getNativeRequest(exchange.getRequest()) instanceof HttpServerRequest request) {
				request.withConnection((connection) -> loop.complete(connection.channel().eventLoop()));
			}
			return loop.getNow(REACTOR);
		}

	}

}
