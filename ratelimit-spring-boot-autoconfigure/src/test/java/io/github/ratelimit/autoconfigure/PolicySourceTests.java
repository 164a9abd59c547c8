package io.github.ratelimit.autoconfigure;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import com.github.benmanes.caffeine.cache.Caffeine;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Limit;
import io.github.ratelimit.Policy;
import io.github.ratelimit.PolicySource;
import io.github.ratelimit.RateLimitExceededException;
import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.RateLimiter;
import io.github.ratelimit.UnknownPolicyException;
import io.github.ratelimit.annotation.RateLimit;
import io.github.ratelimit.resilience.AllowingRateLimitStore;
import io.github.ratelimit.web.RateLimitPlanResolver;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.core.annotation.Order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of policies, and plans, that come from elsewhere than the configuration.
 */
class PolicySourceTests {

	private static final AutoConfigurations OURS = AutoConfigurations.of(RateLimitAutoConfiguration.class,
			MemoryRateLimitStoreAutoConfiguration.class, RateLimitAnnotationAutoConfiguration.class,
			RateLimitCallerAutoConfiguration.class, RateLimitWebAutoConfiguration.class,
			RateLimitWebMvcAutoConfiguration.class, WebMvcAutoConfiguration.class);

	private final ApplicationContextRunner runner = new ApplicationContextRunner().withConfiguration(OURS)
		.withPropertyValues("ratelimit.policies.configured.limits=3/1h", "ratelimit.policies.off.limits=3/1h",
				"ratelimit.policies.off.enabled=false");

	@Test
	void sourcesAreAskedInOrderForWhatIsNotConfiguredAndMayChangeTheirMinds() {
		this.runner.withBean(Second.class).withBean(First.class).run((context) -> {
			RateLimiter limiter = context.getBean(RateLimiter.class);
			assertThat(limiter.policy("configured").limits()).containsExactly(Limit.parse("3/1h"));
			assertThat(limiter.policy("off").enabled()).isFalse();
			assertThat(limiter.policy("shared").limits()).containsExactly(Limit.parse("1/1h"));
			assertThat(limiter.policy("second").limits()).containsExactly(Limit.parse("2/1h"));
			assertThatExceptionOfType(UnknownPolicyException.class).isThrownBy(() -> limiter.policy("new"));
			context.getBean(Second.class).define("new", "7/1h");
			assertThat(limiter.tryAcquire("new", "a").states().get(0).remaining()).isEqualTo(6);
			context.getBean(Second.class).define("new", "5/1h");
			assertThat(limiter.tryAcquire("new", "a").states().get(0).remaining()).isEqualTo(3);
			assertThat(context.getBean(ReloadablePolicies.class).policies()).extracting(Policy::name)
				.containsExactlyInAnyOrder("configured", "shared", "second", "new");
		});
	}

	@Test
	void beansNamePoliciesFromElsewhere() {
		this.runner.withBean(Second.class).withBean(Limited.class).run((context) -> {
			Limited limited = context.getBean(Limited.class);
			limited.call("a");
			limited.call("a");
			assertThatExceptionOfType(RateLimitExceededException.class).isThrownBy(() -> limited.call("a"));
			limited.call("b");
			context.getBean(Second.class).define("second", "3/1h");
			limited.call("a");
			context.getBean(Second.class).policies.clear();
			assertThatExceptionOfType(UnknownPolicyException.class).isThrownBy(() -> limited.call("a"));
		});
	}

	@Test
	void whatNoSourceKnowsAtTheStartStopsIt() {
		this.runner.withBean(First.class)
			.withBean(Limited.class)
			.run((context) -> assertThat(context).getFailure()
				.hasMessageContaining("policy 'second': expected the name of a policy below ratelimit.policies")
				.hasMessageContaining("a PolicySource bean"));
	}

	@Test
	void defaultPlanHoldsForCallsByHandAndOfBeans() {
		this.runner.withBean(Limited.class)
			.withPropertyValues("ratelimit.policies.second.plans.free=1/1h", "ratelimit.policies.second.plans.pro=9/1h",
					"ratelimit.policies.second.plan=claim('plan')", "ratelimit.policies.second.default-plan=free")
			.run((context) -> {
				context.getBean(Limited.class).call("a");
				assertThatExceptionOfType(RateLimitExceededException.class)
					.isThrownBy(() -> context.getBean(Limited.class).call("a"));
				assertThat(context.getBean(RateLimiter.class).tryAcquire("second", "b", 2).allowed()).isFalse();
			});
	}

	@Test
	void withoutCaffeineAResolverIsAskedEveryTimeOrNotAtAll() {
		WebApplicationContextRunner web = new WebApplicationContextRunner().withConfiguration(OURS)
			.withBean(RateLimitStore.class, AllowingRateLimitStore::new)
			.withBean("database", RateLimitPlanResolver.class, () -> (request) -> null)
			.withClassLoader(new FilteredClassLoader(Caffeine.class))
			.withPropertyValues("ratelimit.policies.api.limits=1/1h", "ratelimit.policies.api.paths=/**",
					"ratelimit.policies.api.plan=database", "ratelimit.policies.api.plans.pro=9/1h");
		web.run((context) -> assertThat(context).getFailure()
			.rootCause()
			.hasMessageContaining("plan-cache 'PT1M': expected 0s, to ask with every request, because Caffeine"));
		web.withPropertyValues("ratelimit.web.plan-cache=0s").run((context) -> assertThat(context).hasNotFailed());
	}

	private static class Defined implements PolicySource {

		final Map<String, Policy> policies = new HashMap<>();

		Defined(String name, String limit) {
			define(name, limit);
			define("configured", limit);
			define("off", limit);
			define("shared", limit);
		}

		void define(String name, String limit) {
			this.policies.put(name, new Policy(name, Algorithm.FIXED_WINDOW, Limit.parse(limit)));
		}

		@Override
		public @Nullable Policy find(String name) {
			return this.policies.get(name);
		}

		@Override
		public List<Policy> policies() {
			return List.copyOf(this.policies.values());
		}

	}

	@Order(1)
	static class First extends Defined {

		First() {
			super("shared", "1/1h");
		}

	}

	@Order(2)
	static class Second extends Defined {

		Second() {
			super("second", "2/1h");
		}

	}

	static class Limited {

		@RateLimit(policy = "second", key = "#user")
		void call(String user) {
		}

	}

}
