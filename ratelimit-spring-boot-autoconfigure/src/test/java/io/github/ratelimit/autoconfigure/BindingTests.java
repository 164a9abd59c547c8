package io.github.ratelimit.autoconfigure;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Ban;
import io.github.ratelimit.Limit;
import io.github.ratelimit.Policy;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.core.io.InputStreamResource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of how the configuration may be written.
 */
class BindingTests {

	private static final Limit FIVE = new Limit(5, Duration.ofMinutes(1));

	private static final Limit TWENTY = new Limit(20, Duration.ofHours(1));

	@ParameterizedTest
	@ValueSource(strings = { "limits: 5/1m, 20/1h", "limits: 5/1m; 20/1h", "limits: 5 per minute; 20 per hour",
			"limits: [5/1m, 20/1h]", "limits:\n      - 5/1m\n      - 20 per hour",
			"limits: [{ permits: 5, window: 1m }, { permits: 20, window: PT1H }]",
			"limits:\n      - 5/1m\n      - { permits: 20, window: 1h }",
			"limits: [{ permits: 5, window: minute }, { permits: 20, window: 60 minutes }]" })
	void limitsMayBeATextAListOrTheLongForm(String limits) {
		run("ratelimit:\n  policies:\n    login:\n      " + limits,
				(policies) -> assertThat(policies.find("login").limits()).containsExactly(FIVE, TWENTY));
	}

	@Test
	void longFormHasABurst() {
		run("""
				ratelimit:
				  policies:
				    partner:
				      algorithm: token-bucket
				      limits: [{ permits: 50, window: 1s, burst: 200 }]
				      cost: 3
				""", (policies) -> {
			assertThat(policies.find("partner").limits()).containsExactly(new Limit(50, Duration.ofSeconds(1), 200));
			assertThat(policies.find("partner").algorithm()).isEqualTo(Algorithm.TOKEN_BUCKET);
			assertThat(policies.find("partner").cost()).isEqualTo(3);
		});
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "pro: 5/1m, 20/1h", "pro: [5/1m, 20/1h]", "pro:\n          - 5/1m\n          - 20 per hour",
					"pro: [{ permits: 5, window: 1m }, { permits: 20, window: PT1H }]", "'[pro]': 5/1m; 20/1h" })
	void limitsOfPlansMayBeATextAListOrTheLongForm(String plan) {
		run("ratelimit:\n  policies:\n    api:\n      plan: claim('plan')\n      default-plan: free\n      plans:\n"
				+ "        free: 1/1m\n        " + plan, (policies) -> {
					assertThat(policies.find("api").limits()).containsExactly(new Limit(1, Duration.ofMinutes(1)));
					assertThat(policies.variants("api")).extracting(Policy::limits)
						.containsExactly(policies.find("api").limits(), policies.find("api").limits(),
								List.of(FIVE, TWENTY));
					assertThat(policies.variants("api")).extracting(Policy::name).containsOnly("api");
				});
	}

	@Test
	void callersWithoutAPlanHaveTheLimitsOfThePolicy() {
		run("ratelimit.policies.api: { limits: 5/1m, lease: 5, plan: claim('plan'), plans: { pro: 20/1h, small: 2/1m } }",
				(policies) -> {
					assertThat(policies.find("api").limits()).containsExactly(FIVE);
					assertThat(policies.variants("api")).extracting(Policy::lease).containsExactly(5L, 5L, 2L);
				});
	}

	@ParameterizedTest
	@ValueSource(strings = { "ban: { after: 5/10m, for: 1h }", "ban: { after: 5 rejections in 10m, for: 60m }",
			"ban.after: 5 per 10 minutes\n      ban.for: PT1H" })
	void banMayBeWrittenInWords(String ban) {
		run("ratelimit:\n  policies:\n    login:\n      limits: 5/1m\n      " + ban,
				(policies) -> assertThat(policies.find("login").ban())
					.isEqualTo(new Ban(5, Duration.ofMinutes(10), Duration.ofHours(1))));
	}

	@Test
	void onlyLimitsMustBeSaid() {
		run("ratelimit.policies.api.limits: 5/1m", (policies) -> {
			assertThat(policies.find("api").algorithm()).isEqualTo(Algorithm.SLIDING_WINDOW);
			assertThat(policies.find("api").cost()).isEqualTo(1);
			assertThat(policies.find("api").ban()).isNull();
			policies.map((policy, properties) -> {
				assertThat(properties.key()).containsExactly("ip");
				assertThat(properties.paths()).isEmpty();
				assertThat(properties.methods()).isEmpty();
				return "";
			});
		});
	}

	@Test
	void keysAndPathsMayBeATextOrAList() {
		run("""
				ratelimit:
				  policies:
				    one: { limits: 5/1m, key: principal | ip, paths: /v1/** }
				    two: { limits: 5/1m, key: [header:X-Api-Key, route], paths: [/v1/**, /graphql] }
				""",
				(policies) -> assertThat(
						policies.map((policy, properties) -> properties.key() + " " + properties.paths()).values())
					.containsExactly("[principal | ip] [/v1/**]", "[header:X-Api-Key, route] [/v1/**, /graphql]"));
	}

	@Test
	void policyThatIsOffIsKnownAndNotInForce() {
		run("ratelimit.policies: { a: { limits: 5/1m, enabled: false }, b: { limits: 5/1m } }", (policies) -> {
			assertThat(policies.find("a")).isEqualTo(Policy.disabled("a"));
			assertThat(policies.mapAll((policy, said) -> policy).size()).isEqualTo(1);
		});
	}

	@Test
	void environmentVariableOverridesOneValue() {
		runner("ratelimit.policies.api: { limits: 5/1m, cost: 2 }")
			.withInitializer(
					(context) -> context.getEnvironment()
						.getPropertySources()
						.addFirst(new SystemEnvironmentPropertySource(
								StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
								Map.of("RATELIMIT_POLICIES_API_LIMITS", "20/1h"))))
			.run((context) -> assertThat(context.getBean(ReloadablePolicies.class).find("api")).satisfies((policy) -> {
				assertThat(policy.limits()).containsExactly(TWENTY);
				assertThat(policy.cost()).isEqualTo(2);
			}));
	}

	private static void run(String yaml, java.util.function.Consumer<ConfiguredPolicies> check) {
		runner(yaml).run((context) -> {
			assertThat(context).hasNotFailed();
			check.accept(context.getBean(ReloadablePolicies.class).now());
		});
	}

	private static ApplicationContextRunner runner(String yaml) {
		return new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(RateLimitAutoConfiguration.class,
					MemoryRateLimitStoreAutoConfiguration.class))
			.withInitializer((context) -> load(yaml).forEach(context.getEnvironment().getPropertySources()::addLast));
	}

	private static List<? extends org.springframework.core.env.PropertySource<?>> load(String yaml) {
		try {
			return new YamlPropertySourceLoader().load("test.yml",
					new InputStreamResource(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8))));
		}
		catch (java.io.IOException ex) {
			throw new java.io.UncheckedIOException(ex);
		}
	}

}
