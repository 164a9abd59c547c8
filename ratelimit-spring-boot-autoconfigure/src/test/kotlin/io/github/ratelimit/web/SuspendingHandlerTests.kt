package io.github.ratelimit.web

import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpResponse
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.atomic.AtomicInteger

import kotlinx.coroutines.delay
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.params.ParameterizedTest
import org.junit.jupiter.params.provider.EnumSource

import io.github.ratelimit.Decision
import io.github.ratelimit.RateLimitListener
import io.github.ratelimit.annotation.RateLimit

import org.springframework.boot.SpringBootConfiguration
import org.springframework.boot.WebApplicationType
import org.springframework.boot.autoconfigure.EnableAutoConfiguration
import org.springframework.boot.builder.SpringApplicationBuilder
import org.springframework.context.annotation.Bean
import org.springframework.context.annotation.Import
import org.springframework.web.bind.annotation.PostMapping
import org.springframework.web.bind.annotation.RequestBody
import org.springframework.web.bind.annotation.RestController

/**
 * Tests of limits on suspending handlers, over HTTP.
 */
class SuspendingHandlerTests {

	@ParameterizedTest
	@EnumSource(names = ["SERVLET", "REACTIVE"])
	fun requestIsChargedOnceAndBeforeArgumentsAreBound(type: WebApplicationType) {
		SpringApplicationBuilder(Application::class.java).web(type)
			.run("--server.port=0", "--spring.config.location=optional:classpath:none.yml",
				"--ratelimit.store.type=memory")
			.use { context ->
				val decisions = context.getBean(Decisions::class.java).all
				val uri = URI.create("http://localhost:${context.environment.getProperty("local.server.port")}/orders")
				assertThat(listOf("{}", "not json", "not json").map { post(uri, it) })
					.containsExactly(200, 400, 429)
				assertThat(decisions.map { it.allowed() }).containsExactly(true, true, false)
				assertThat(context.getBean(Handlers::class.java).count).hasValue(1)
			}
	}

	private fun post(uri: URI, body: String): Int = HttpClient.newHttpClient()
		.send(HttpRequest.newBuilder(uri)
			.header("Content-Type", "application/json")
			.POST(HttpRequest.BodyPublishers.ofString(body))
			.build(), HttpResponse.BodyHandlers.discarding())
		.statusCode()

	class Decisions : RateLimitListener {

		val all = CopyOnWriteArrayList<Decision>()

		override fun onDecision(decision: Decision) {
			all.add(decision)
		}

	}

	@SpringBootConfiguration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(Handlers::class)
	class Application {

		@Bean
		fun decisions() = Decisions()

	}

	@RestController
	class Handlers {

		val count = AtomicInteger()

		@PostMapping("/orders")
		@RateLimit(limits = ["2/1m"])
		suspend fun create(@RequestBody order: Map<String, String>): String {
			delay(1)
			count.incrementAndGet()
			return "created"
		}

	}

}
