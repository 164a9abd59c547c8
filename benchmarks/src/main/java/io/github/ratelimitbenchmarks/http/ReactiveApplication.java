package io.github.ratelimitbenchmarks.http;

import reactor.core.publisher.Mono;

import io.github.ratelimitbenchmarks.BareScript;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.http.HttpStatus;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;

/**
 * A minimal application on Spring WebFlux.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import({ HelloController.class, BareScriptConfiguration.class })
class ReactiveApplication {

	public static void main(String[] arguments) {
		SpringApplication.run(ReactiveApplication.class, arguments);
	}

	@Bean
	@ConditionalOnBooleanProperty(BareScriptConfiguration.ENABLED)
	WebFilter bareLimiter(BareScript script) {
		return new BareFilter(script);
	}

	private record BareFilter(BareScript script) implements WebFilter {

		@Override
		public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
			String caller = String.valueOf(exchange.getRequest().getHeaders().getFirst(BareScriptConfiguration.CALLER));
			return Mono.fromCompletionStage(() -> this.script.tryAcquireAsync(caller)).flatMap((allowed) -> {
				if (allowed) {
					return chain.filter(exchange);
				}
				exchange.getResponse().setStatusCode(HttpStatus.TOO_MANY_REQUESTS);
				return exchange.getResponse().setComplete();
			});
		}

	}

}
