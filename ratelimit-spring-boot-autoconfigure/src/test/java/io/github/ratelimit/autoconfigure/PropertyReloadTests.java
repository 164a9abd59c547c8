package io.github.ratelimit.autoconfigure;

import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.github.ratelimit.Limit;
import io.github.ratelimit.Policy;
import io.github.ratelimit.RateLimitExceededException;
import io.github.ratelimit.RateLimitOverride;
import io.github.ratelimit.RateLimitOverrides;
import io.github.ratelimit.RateLimiter;
import io.github.ratelimit.UnknownPolicyException;
import io.github.ratelimit.annotation.RateLimit;
import io.github.ratelimit.client.OutboundRateLimits;
import io.github.ratelimit.client.RateLimitClientHttpRequestInterceptor;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.cloud.autoconfigure.ConfigurationPropertiesRebinderAutoConfiguration;
import org.springframework.cloud.autoconfigure.RefreshAutoConfiguration;
import org.springframework.cloud.context.environment.EnvironmentChangeEvent;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.http.HttpMethod;
import org.springframework.mock.http.client.MockClientHttpRequest;
import org.springframework.mock.http.client.MockClientHttpResponse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of properties that change while the application runs.
 */
@ExtendWith(OutputCaptureExtension.class)
class PropertyReloadTests {

	private static final String REFUSED = "Changed properties are refused, and all rate limits stay as they were";

	private final Map<String, Object> properties = new LinkedHashMap<>(Map.of("ratelimit.policies.api.limits", "2/1h",
			"ratelimit.policies.other.limits", "5/1h", "partner.limits", "1/1h"));

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(RateLimitAutoConfiguration.class,
				RateLimitReloadAutoConfiguration.class, MemoryRateLimitStoreAutoConfiguration.class,
				RateLimitAnnotationAutoConfiguration.class, RateLimitClientAutoConfiguration.class,
				RefreshAutoConfiguration.class, ConfigurationPropertiesRebinderAutoConfiguration.class))
		.withInitializer((context) -> context.getEnvironment()
			.getPropertySources()
			.addFirst(new MapPropertySource("changing", this.properties)))
		.withBean(Limited.class);

	@Test
	void newLimitHoldsAtOnceAndWhatWasSpentStaysSpent(CapturedOutput output) {
		this.runner.run((context) -> {
			RateLimiter limiter = context.getBean(RateLimiter.class);
			limiter.tryAcquire("api", "a");
			limiter.tryAcquire("api", "a");
			assertThat(limiter.tryAcquire("api", "a").allowed()).isFalse();
			this.properties.put("ratelimit.policies.api.limits", "3/1h");
			changed(context);
			assertThat(limiter.tryAcquire("api", "a").allowed()).isTrue();
			assertThat(limiter.tryAcquire("api", "a").allowed()).isFalse();
			assertThat(output).containsOnlyOnce("Rate limits have changed:")
				.contains("    api: 3/1h by ip, where it is named (before: 2/1h by ip, where it is named)")
				.doesNotContain("    other: 5/1h by ip, where it is named (")
				.doesNotContain("next start");
		});
	}

	@Test
	void policiesComeAndGo(CapturedOutput output) {
		this.runner.run((context) -> {
			RateLimiter limiter = context.getBean(RateLimiter.class);
			this.properties.put("ratelimit.policies.fresh.limits", "1/1h");
			this.properties.remove("ratelimit.policies.other.limits");
			changed(context);
			assertThat(limiter.policy("fresh").limits()).containsExactly(Limit.parse("1/1h"));
			assertThatExceptionOfType(UnknownPolicyException.class).isThrownBy(() -> limiter.policy("other"));
			assertThat(context.getBean(ReloadablePolicies.class).policies()).extracting(Policy::name)
				.containsExactlyInAnyOrder("api", "fresh", "partner");
			assertThat(output).contains("    fresh: 1/1h by ip, where it is named (new)")
				.contains("    other: not any more");
			this.properties.put("ratelimit.policies.fresh.enabled", "false");
			changed(context);
			assertThat(limiter.tryAcquire("fresh", "a", 1).states()).isEmpty();
			assertThat(output).contains("    fresh: not any more");
		});
	}

	@Test
	void beansAreLimitedByWhatThePropertiesSayNow() {
		this.runner.run((context) -> {
			Limited limited = context.getBean(Limited.class);
			limited.partner();
			assertThatExceptionOfType(RateLimitExceededException.class).isThrownBy(limited::partner);
			this.properties.put("ratelimit.policies.partner.limits", "2/1h");
			changed(context);
			limited.partner();
			assertThatExceptionOfType(RateLimitExceededException.class).isThrownBy(limited::partner);
			this.properties.remove("ratelimit.policies.partner.limits");
			changed(context);
			assertThat(context.getBean(RateLimiter.class).policy("partner").limits())
				.containsExactly(Limit.parse("1/1h"));
		});
	}

	@Test
	void propertyThatOneOfOursNamesIsEnough() {
		this.properties.put("ratelimit.policies.api.limits", "${common:4/1h}");
		this.runner.run((context) -> {
			assertThat(context.getBean(RateLimiter.class).policy("api").limits()).containsExactly(Limit.parse("4/1h"));
			this.properties.put("common", "6/1h");
			changed(context);
			assertThat(context.getBean(RateLimiter.class).policy("api").limits()).containsExactly(Limit.parse("6/1h"));
		});
	}

	@Test
	void whatOperatorsHaveOverriddenStaysOverridden() {
		this.runner.run((context) -> {
			RateLimiter limiter = context.getBean(RateLimiter.class);
			context.getBean(RateLimitOverrides.class)
				.save(new RateLimitOverride("api", "a", List.of(Limit.parse("7/1h")), null, null, "test", "me",
						Instant.now()))
				.toCompletableFuture()
				.join();
			this.properties.put("ratelimit.policies.api.limits", "3/1h");
			changed(context);
			assertThat(limiter.tryAcquire("api", "a").states().get(0).remaining()).isEqualTo(6);
			assertThat(limiter.tryAcquire("api", "b").states().get(0).remaining()).isEqualTo(2);
		});
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', nullValues = "-",
			textBlock = """
					api.limits     | 10/minit | Property: ratelimit.policies.api.limits | Expected: a limit such as
					api.cost       | 9        | Property: ratelimit.policies.api.cost   | Expected: a cost from 0 to
					api.algorithm  | leaky    | Property: ratelimit.policies.api.algorithm | Expected: one of sliding-window
					api.limit      | 5/1h     | Property: ratelimit.policies.api.limit  | Expected: a property that exists
					api.lease      | 99       | Property: ratelimit.policies.api.lease  | Expected: a number from 0 to 2
					api.max-wait   | -1s      | Property: ratelimit.policies.api.max-wait | Expected: a time of zero or more
					api.limits     | -        | Part:     policy of @RateLimit on | Expected: the name of a policy
					partner.unless | '#x +'   | Part:     unless of @RateLimit on | Expected: a SpEL expression over the arguments
					partner.paths  | /a       | Property: ratelimit.policies.partner.paths | on a bean that handles no requests
					""")
	void whatAStartWouldRefuseChangesNothing(String property, String value, String where, String expected,
			CapturedOutput output) {
		this.runner.run((context) -> {
			RateLimiter limiter = context.getBean(RateLimiter.class);
			Policy before = limiter.policy("api");
			this.properties.put("ratelimit.policies.other.limits", "50/1h");
			if (value == null) {
				this.properties.remove("ratelimit.policies." + property);
			}
			else {
				this.properties.put("ratelimit.policies." + property, value);
			}
			changed(context);
			assertThat(limiter.policy("api")).isEqualTo(before);
			assertThat(limiter.policy("other").limits()).containsExactly(Limit.parse("5/1h"));
			assertThat(output).contains("ERROR").containsOnlyOnce(REFUSED).contains(where).contains(expected);
			assertThat(output).doesNotContain("Rate limits have changed");
			this.properties.remove("ratelimit.policies." + property);
			this.properties.put("ratelimit.policies.api.limits", "2/1h");
			changed(context);
			assertThat(limiter.policy("other").limits()).containsExactly(Limit.parse("50/1h"));
		});
	}

	@Test
	void refusalSaysWhereTheValueStands(CapturedOutput output) {
		this.runner.run((context) -> {
			this.properties.put("ratelimit.policies.api.limits", "0/1h");
			changed(context);
			assertThat(output).contains("Value:    \"0/1h\"").contains("from property source \"changing\"");
		});
	}

	@Test
	void propertiesThatHoldFromTheNextStartAreNamed(CapturedOutput output) {
		this.runner.run((context) -> {
			this.properties.put("ratelimit.store.timeout", "200ms");
			this.properties.put("ratelimit.web.legacy.reset-format", "epoch-seconds");
			this.properties.put("ratelimit.policies.api.limits", "3/1h");
			changed(context);
			assertThat(output).contains("WARN")
				.contains("Properties that hold from the next start, and do not yet:"
						+ " ratelimit.store.timeout, ratelimit.web.legacy.reset-format" + System.lineSeparator());
			assertThat(context.getBean(RateLimiter.class).policy("api").limits()).containsExactly(Limit.parse("3/1h"));
			changed(context);
			assertThat(output).containsOnlyOnce("next start").containsOnlyOnce("Rate limits have changed");
		});
	}

	@Test
	void outboundCallsWaitAsLongAsThePropertiesSayNow(CapturedOutput output) {
		this.properties.put("ratelimit.policies.other.limits", "1/1s");
		this.runner.run((context) -> {
			RateLimitClientHttpRequestInterceptor calls = new RateLimitClientHttpRequestInterceptor(
					context.getBean(OutboundRateLimits.class).named("other"));
			assertThatExceptionOfType(RateLimitExceededException.class).isThrownBy(() -> call(calls, 100));
			this.properties.put("ratelimit.policies.other.max-wait", "10s");
			changed(context);
			call(calls, 2);
			assertThat(output).contains("    other: 1/1s by ip, where it is named (other properties)");
		});
	}

	private static void call(RateLimitClientHttpRequestInterceptor calls, int times) throws IOException {
		for (int i = 0; i < times; i++) {
			calls
				.intercept(new MockClientHttpRequest(HttpMethod.GET, URI.create("https://example.org")), new byte[0],
						(request, body) -> new MockClientHttpResponse())
				.close();
		}
	}

	@Test
	void whoAsksOnceNeverSeesOldAndNewTogether() {
		this.runner.run((context) -> {
			ReloadablePolicies policies = context.getBean(ReloadablePolicies.class);
			AtomicBoolean mixed = new AtomicBoolean();
			AtomicBoolean done = new AtomicBoolean();
			Thread reader = new Thread(() -> {
				while (!done.get()) {
					ConfiguredPolicies now = policies.now();
					if (!limits(now, "api").equals(limits(now, "other"))) {
						mixed.set(true);
					}
				}
			});
			this.properties.put("ratelimit.policies.api.limits", "5/1h");
			changed(context);
			reader.start();
			for (int permits = 6; permits < 100; permits++) {
				this.properties.put("ratelimit.policies.api.limits", permits + "/1h");
				this.properties.put("ratelimit.policies.other.limits", permits + "/1h");
				changed(context);
			}
			done.set(true);
			reader.join();
			assertThat(mixed).isFalse();
			assertThat(policies.now().find("api").limits()).containsExactly(Limit.parse("99/1h"));
		});
	}

	private static List<Limit> limits(ConfiguredPolicies policies, String name) {
		return policies.inForce().get(name).policy().limits();
	}

	@Test
	void withoutSpringCloudNothingListens() {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(RateLimitAutoConfiguration.class,
					RateLimitReloadAutoConfiguration.class, MemoryRateLimitStoreAutoConfiguration.class))
			.withClassLoader(new FilteredClassLoader("org.springframework.cloud"))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(PropertyReload.class));
		this.runner.withPropertyValues("ratelimit.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(PropertyReload.class));
	}

	private static void changed(ConfigurableApplicationContext context) {
		context.publishEvent(new EnvironmentChangeEvent(context, Set.of()));
	}

	static class Limited {

		@RateLimit(name = "partner", limits = "1/1h")
		void partner() {
		}

		@RateLimit("api")
		void named() {
		}

	}

}
