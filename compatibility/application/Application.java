package io.github.ratelimitcompatibility.application;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.github.ratelimit.annotation.RateLimit;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * What a user of the starter writes, the same for all versions and on both web stacks.
 */
@SpringBootApplication
@RestController
public class Application {

	private final Greetings greetings;

	Application(Greetings greetings) {
		this.greetings = greetings;
	}

	public static void main(String[] args) {
		SpringApplication.run(Application.class, args);
	}

	@GetMapping("/hello")
	String hello() {
		return Thread.currentThread().toString();
	}

	@GetMapping("/bean")
	CompletionStage<String> bean() {
		return this.greetings.greet();
	}

	@GetMapping("/busy")
	CompletionStage<String> busy() {
		return this.greetings.chat();
	}

	/**
	 * A bean whose methods are limited.
	 */
	public static class Greetings {

		@RateLimit(limits = "2/1m")
		public CompletionStage<String> greet() {
			return CompletableFuture.completedFuture("Hello");
		}

		@RateLimit(limits = "1000000/1m")
		public CompletionStage<String> chat() {
			return CompletableFuture.completedFuture("Hello again");
		}

	}

	/**
	 * Declares the bean, apart from who is given it.
	 */
	@Configuration(proxyBeanMethods = false)
	static class Beans {

		@Bean
		Greetings greetings() {
			return new Greetings();
		}

	}

}
