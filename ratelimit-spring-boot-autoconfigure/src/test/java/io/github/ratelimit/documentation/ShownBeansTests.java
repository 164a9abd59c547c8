package io.github.ratelimit.documentation;

import java.util.List;

import com.example.outbound.PartnerClients;
import com.example.readme.ReadmeBeans;
import com.example.recipes.LimitedReports;
import com.example.sample.LoginResets;
import org.junit.jupiter.api.Test;

import io.github.ratelimit.RateLimitExceededException;
import io.github.ratelimit.RateLimiter;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.context.annotation.Configuration;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The beans of pages that have no tests of their own are beans of applications that have
 * the configuration of the same page.
 */
class ShownBeansTests {

	private final WebApplicationContextRunner runner = new WebApplicationContextRunner()
		.withUserConfiguration(Application.class)
		.withPropertyValues("ratelimit.store.type=memory");

	@Test
	void readmeChargesByHandAndByAnnotation() {
		this.runner.withUserConfiguration(ReadmeBeans.class)
			.withPropertyValues("ratelimit.policies.reports.limits=20/1h")
			.run((context) -> {
				assertThat(context).hasNotFailed();
				assertThat(context.getBean(RateLimiter.class).policy("order-controller-create").limits()).hasSize(2);
			});
	}

	@Test
	void outboundLimitsGoIntoClients() {
		with(Page.named("outbound").snippet("Outbound limits", "yaml")).withUserConfiguration(PartnerClients.class)
			.withBean(RestClient.Builder.class, RestClient::builder)
			.withBean(WebClient.Builder.class, WebClient::builder)
			.run((context) -> assertThat(context).hasSingleBean(RestClient.class).hasSingleBean(WebClient.class));
	}

	@Test
	void keyIsThatOfTheRequest() {
		this.runner.withBean(LoginResets.class)
			.withPropertyValues("ratelimit.policies.login.limits=1/1h")
			.run((context) -> {
				RateLimiter limiter = context.getBean(RateLimiter.class);
				limiter.tryAcquire("login", "ip:127.0.0.1").orElseThrow();
				context.getBean(LoginResets.class).reset(new MockHttpServletRequest());
				limiter.tryAcquire("login", "ip:127.0.0.1").orElseThrow();
			});
	}

	@Test
	void methodIsLimitedAsResilience4jWould() {
		with(Page.named("coming-from").snippet("Coming from Resilience4j's RateLimiter", "yaml"))
			.withBean(LimitedReports.class)
			.run((context) -> {
				LimitedReports reports = context.getBean(LimitedReports.class);
				List.of(1, 2, 3).forEach((i) -> reports.create("acme"));
				assertThatExceptionOfType(RateLimitExceededException.class).isThrownBy(() -> reports.create("acme"));
				reports.create("other");
			});
	}

	private WebApplicationContextRunner with(Snippet configuration) {
		return this.runner.withInitializer((context) -> configuration.addTo(context.getEnvironment()));
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

}
