package com.example.recipes;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

import io.github.ratelimit.RateLimiter;
import io.github.ratelimit.web.RateLimitKeyResolver;
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
	RateLimitKeyResolver basicAccount() {
		return (request) -> {
			String header = Objects.requireNonNullElse(request.header("Authorization"), "").trim();
			if (header.length() < 6 || !header.toLowerCase(Locale.ROOT).startsWith("basic")) {
				return null;
			}
			try {
				byte[] credentials = Base64.getDecoder().decode(header.substring(6));
				return new String(credentials, StandardCharsets.UTF_8).split(":", 2)[0];
			}
			catch (IllegalArgumentException ex) {
				return null;
			}
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
