package io.github.ratelimit.client;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.concurrent.atomic.AtomicInteger;

import com.sun.net.httpserver.HttpServer;

/**
 * Someone else's server, which counts the calls that reach it.
 */
final class Partner implements AutoCloseable {

	private final AtomicInteger calls = new AtomicInteger();

	private final HttpServer server;

	Partner() throws IOException {
		this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		this.server.createContext("/", (exchange) -> {
			this.calls.incrementAndGet();
			exchange.sendResponseHeaders(204, -1);
			exchange.close();
		});
		this.server.start();
	}

	URI uri() {
		return uri("localhost");
	}

	URI uri(String host) {
		return URI.create("http://" + host + ":" + this.server.getAddress().getPort() + "/orders");
	}

	int calls() {
		return this.calls.get();
	}

	@Override
	public void close() {
		this.server.stop(0);
	}

}
