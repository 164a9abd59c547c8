package com.example.recipes;

import java.util.concurrent.CompletableFuture;

import io.github.ratelimit.RateLimiter;
import io.github.ratelimit.web.RateLimitPlanResolver;
import reactor.core.publisher.Mono;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketMessage;

/** The beans that the recipes show. */
@Configuration(proxyBeanMethods = false)
@Import({ ApiKeys.class, Model.class, Assistant.class, Digest.class })
public class RecipeBeans {

	@Bean
	RateLimitPlanResolver apiKeyPlans(ApiKeys keys) {
		return (request) -> {
			String key = request.header("X-Api-Key");
			return CompletableFuture.supplyAsync(() -> keys.planOf(key));
		};
	}

	@Bean
	WebSocketHandler chat(RateLimiter rateLimiter) {
		return (session) -> session.send(session.receive()
			.map(WebSocketMessage::getPayloadAsText)
			.concatMap((text) -> Mono.fromCompletionStage(rateLimiter.tryAcquireAsync("chat", session.getId()))
				.map((decision) -> decision.allowed() ? text : "Slow down."))
			.map(session::textMessage));
	}

}
