package io.github.ratelimit.autoconfigure;

import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.ratelimit.RateLimiter;
import io.github.ratelimit.annotation.RateLimit;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is said at the start of an application that starts, and what is not.
 */
@ExtendWith(OutputCaptureExtension.class)
class StartWarningsTests {

	private static final String API = "ratelimit.policies.api.";

	private static final String MEMORY = "ratelimit.store.type=memory";

	private static final String KUBERNETES = "spring.main.cloud-platform=kubernetes";

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(RateLimitAutoConfiguration.class,
				RateLimitAnnotationAutoConfiguration.class, MemoryRateLimitStoreAutoConfiguration.class));

	static Stream<Arguments> suspicions() {
		return Stream.of(
				row("Rate limits are kept in memory on kubernetes, where applications have several instances", MEMORY,
						KUBERNETES),
				row("Policy 'api' has the limit 1000/1m, which no call can reach: 10/1s always rejects first.",
						API + "limits=10/1s, 1000/1m"),
				row("Policy 'api' has the limit 9999/1h, which no call can reach: 10/1m always rejects first.",
						API + "plan=claim('plan')", API + "plans.pro=10/1m, 9999/1h"),
				row("Policy 'api' has exclude-paths, which mean nothing without paths.",
						API + "exclude-paths=/api/health"),
				row("Policy 'api' never applies to its path /api/v1/**: its exclude-paths have /api/**.",
						API + "paths=/web/**, /api/v1/**", API + "exclude-paths=/api/**"),
				row("Policy 'api' never applies to its path /a/{b}: its exclude-paths have /a/{b}.",
						API + "paths=/a/{b}", API + "exclude-paths=/a/{b}"),
				row("Policy 'api' never applies to its path /{a}/b: its exclude-paths have /{a}/**.",
						API + "paths=/{a}/b", API + "exclude-paths=/{a}/**"),
				row("Policy 'api' has the path /shop/api/**, which begins with server.servlet.context-path",
						API + "paths=/shop/api/**", "server.servlet.context-path=/shop"),
				row("no bean was given a RateLimiter. Did you mean 'login'?", "ratelimit.policies.logn.limits=5/1m",
						"ratelimit.policies.login.limits=5/1m", "ratelimit.policies.login.paths=/login"),
				row("Policy 'api' has the path /shop/api/**, which begins with spring.webflux.base-path",
						API + "paths=/shop/api/**", "spring.webflux.base-path=/shop"));
	}

	@ParameterizedTest
	@MethodSource("suspicions")
	void warnsOfWhatCanHardlyBeMeant(String warning, String[] properties, CapturedOutput output) {
		this.runner.withPropertyValues(API + "limits=5/1m", MEMORY)
			.withPropertyValues(properties)
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(output.toString()
			.lines()
			.filter((line) -> line.contains(StartWarnings.class.getSimpleName()))
			.filter((line) -> line.contains("WARN"))).singleElement().asString().contains(warning);
	}

	static Stream<Arguments> innocence() {
		return Stream.of(row("", MEMORY), row("", MEMORY, KUBERNETES, "ratelimit.store.instances=1"),
				row("", API + "limits=5/1m, 20/1h"), row("", API + "limits=10/1s, 500/1m"),
				row("", API + "limits=50/1s burst 200; 1000000/1d", API + "algorithm=token-bucket"),
				row("", API + "paths=/api/**", API + "exclude-paths=/api/health"),
				row("", API + "paths=/api/**", API + "exclude-paths=/api/*"),
				row("", "ratelimit.policies.apis.limits=5/1m"),
				row("", API + "paths=/apis/**", API + "exclude-paths=/api/**"),
				row("", API + "paths=/{a}/b", API + "exclude-paths=/{a:x}/**"),
				row("", API + "paths=/shopping/**", "server.servlet.context-path=/shop"),
				row("", API + "paths=/api/**", "server.servlet.context-path=/", "spring.webflux.base-path="));
	}

	@ParameterizedTest
	@MethodSource("innocence")
	void saysNothingOfWhatMayBeMeant(String nothing, String[] properties, CapturedOutput output) {
		this.runner.withPropertyValues(API + "limits=5/1m", MEMORY)
			.withPropertyValues(properties)
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(output.toString().lines().filter((line) -> line.contains("WARN"))).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "ratelimits.policies.orders.limits", "rate-limiter.policies.orders.limits",
			"ratelmit.policies.orders.paths", "spring.ratelimit.policies.orders.limits" })
	void warnsOfPoliciesBelowAnotherRoot(String property, CapturedOutput output) {
		this.runner.withPropertyValues(property + "=5/1m").run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).contains("'" + property + "' at \"" + property + "\" from property source \"test\""
				+ " is no property and limits nothing: policies are below 'ratelimit.policies'");
	}

	@ParameterizedTest
	@ValueSource(strings = { "acme.policies.orders.limits", "acme.ratelimits.policies.orders.limits",
			"ratelimits.enabled", "ratelimits.policies", "rate-limit.policies.orders.limits" })
	void saysNothingOfWhatOthersMayRead(String property, CapturedOutput output) {
		this.runner.withPropertyValues(property + "=5/1m").run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).doesNotContain("limits nothing");
	}

	@Test
	void tellsOfAPolicyThatNothingNames(CapturedOutput output) {
		this.runner.withPropertyValues(API + "limits=5/1m").run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).contains("Policy 'api' applies to nothing that is known at the start");
	}

	@ParameterizedTest
	@ValueSource(classes = { Annotated.class, ByHand.class })
	void tellsNothingOfAPolicyThatMayBeNamed(Class<?> beans, CapturedOutput output) {
		this.runner.withPropertyValues(API + "limits=5/1m")
			.withUserConfiguration(beans)
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).doesNotContain("applies to nothing");
	}

	@Test
	void tellsNothingOfAPolicyWithPaths(CapturedOutput output) {
		this.runner.withPropertyValues(API + "limits=5/1m", API + "paths=/api/**")
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).doesNotContain("applies to nothing");
	}

	@ParameterizedTest
	@ValueSource(strings = { "RATELIMIT_POLICIES_API_LIMIT -> ratelimit.policies.api.limits",
			"RATELIMIT_POLICY_API_LIMITS -> ratelimit.policies.api.limits",
			"RATELIMIT_STORE_TIMOUT -> ratelimit.store.timeout",
			"RATELIMIT_POLICIES_API_LIMITS_0_PERMIT -> ratelimit.policies.api.limits[0].permits" })
	void warnsOfEnvironmentVariablesThatLookMisspelt(String variable, CapturedOutput output) {
		String[] parts = variable.split(" -> ");
		withVariable(parts[0]).run((context) -> assertThat(context).hasNotFailed());
		assertThat(output)
			.contains("in 'systemEnvironment' is no property and is ignored; did you mean '" + parts[1] + "'?");
	}

	@ParameterizedTest
	@ValueSource(strings = { "RATELIMIT_SERVICE_HOST", "RATELIMIT_PORT_8080_TCP", "RATELIMIT_PORT",
			"RATELIMIT_POLICIES_API_MAX_WAIT", "RATELIMIT_POLICIES_API_MAXWAIT", "RATELIMIT_POLICIES_API_BAN_FOR",
			"RATELIMIT_WEB_TRUSTED_PROXIES", "RATELIMIT_WEB_LEGACY_RESET_FORMAT", "RATELIMITER_HOME" })
	void saysNothingOfVariablesOfOthersAndOfThoseThatExist(String variable, CapturedOutput output) {
		withVariable(variable).run((context) -> assertThat(output).doesNotContain("is no property"));
	}

	@Test
	void warnsOfSystemPropertiesThatLookMisspelt(CapturedOutput output) {
		this.runner.withPropertyValues(API + "limits=5/1m")
			.withInitializer((context) -> context.getEnvironment()
				.getPropertySources()
				.replace(StandardEnvironment.SYSTEM_PROPERTIES_PROPERTY_SOURCE_NAME,
						new MapPropertySource(StandardEnvironment.SYSTEM_PROPERTIES_PROPERTY_SOURCE_NAME,
								Map.of("ratelimit.store.typ", "memory"))))
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).contains("'ratelimit.store.typ' in 'systemProperties' is no property and is ignored;"
				+ " did you mean 'ratelimit.store.type'?");
	}

	private ApplicationContextRunner withVariable(String name) {
		return this.runner.withPropertyValues(API + "limits=5/1m")
			.withInitializer((context) -> context.getEnvironment()
				.getPropertySources()
				.replace(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
						new SystemEnvironmentPropertySource(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
								Map.of(name, "1s"))));
	}

	private static Arguments row(String warning, String... properties) {
		return Arguments.of(warning, properties);
	}

	static class Annotated {

		@RateLimit("api")
		void call() {
		}

	}

	static class ByHand {

		@Bean
		AtomicReference<RateLimiter> reports(RateLimiter rateLimiter) {
			return new AtomicReference<>(rateLimiter);
		}

	}

}
