package io.github.ratelimit.actuate;

import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import javax.management.MBeanFeatureInfo;
import javax.management.MBeanOperationInfo;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.ReflectionException;

import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

import io.github.ratelimit.Policy;
import io.github.ratelimit.RateLimitOverride;
import io.github.ratelimit.RateLimitOverrides;
import io.github.ratelimit.RateLimiter;
import io.github.ratelimit.autoconfigure.MemoryRateLimitStoreAutoConfiguration;
import io.github.ratelimit.autoconfigure.RateLimitAutoConfiguration;
import io.github.ratelimit.autoconfigure.RateLimitEndpointAutoConfiguration;

import org.springframework.boot.actuate.autoconfigure.endpoint.EndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.endpoint.jmx.JmxEndpointAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.jmx.JmxAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The endpoint {@code ratelimits}, asked by a client of the platform's MBean server.
 */
class RateLimitsEndpointJmxExtensionTests {

	private static final String CALLER = "ip:2001:db8::/64";

	private final String domain = "ratelimits-" + System.nanoTime();

	private final MBeanServer server = ManagementFactory.getPlatformMBeanServer();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(
				AutoConfigurations.of(RateLimitAutoConfiguration.class, MemoryRateLimitStoreAutoConfiguration.class,
						RateLimitEndpointAutoConfiguration.class, EndpointAutoConfiguration.class,
						JmxAutoConfiguration.class, JmxEndpointAutoConfiguration.class, JacksonAutoConfiguration.class))
		.withPropertyValues("spring.jmx.enabled=true", "management.endpoints.jmx.exposure.include=ratelimits",
				"management.endpoints.jmx.domain=" + this.domain, "ratelimit.store.type=memory",
				"ratelimit.policies.api.limits=3/1h", "ratelimit.policies.login.limits=5/1h");

	@Test
	void operationsHaveParametersThatAConsoleCanEnter() {
		this.runner.run((context) -> {
			Map<String, List<String>> operations = Map.of("rateLimits", List.of(), "show", List.of("policy", "key"),
					"override", List.of("policy", "key", "limits", "mode", "duration", "reason"), "overrideAll",
					List.of("mode", "duration", "reason"), "restore", List.of("policy", "key"), "restoreAll",
					List.of());
			MBeanOperationInfo[] found = this.server.getMBeanInfo(name()).getOperations();
			assertThat(found).hasSameSizeAs(operations.keySet()).allSatisfy((operation) -> {
				assertThat(operation.getSignature()).extracting(MBeanFeatureInfo::getName)
					.isEqualTo(operations.get(operation.getName()));
				assertThat(operation.getSignature()).allMatch((one) -> one.getType().equals(String.class.getName()));
			});
		});
	}

	@Test
	void policiesAndCallersAreShown() {
		this.runner.run((context) -> {
			assertThat(map(call("rateLimits")).get("policies")).asInstanceOf(InstanceOfAssertFactories.MAP)
				.containsOnlyKeys("api", "login");
			assertThat(map(call("show", "api", null))).containsEntry("policy", "api").containsKey("mostActive");
			assertThat(call("show", "none", null)).isNull();
			context.getBean(RateLimiter.class).tryAcquire("api", CALLER);
			Map<String, Object> caller = map(call("show", "api", CALLER));
			assertThat(caller).containsEntry("key", CALLER);
			assertThat(caller.get("limits")).asString().contains("remaining=2");
		});
	}

	@Test
	void whatOverridesAPolicyThatIsGoneIsTakenBack() {
		this.runner.run((context) -> {
			RateLimitOverrides overrides = context.getBean(RateLimitOverrides.class);
			overrides.save(new RateLimitOverride("gone", "a", List.of(), Policy.Mode.OFF, null, "", "", Instant.EPOCH))
				.toCompletableFuture()
				.get();
			call("restore", "gone", "a");
			assertThat(overrides.list()).isEmpty();
			assertThatExceptionOfType(Exception.class).isThrownBy(() -> call("restore", "gone", "a"));
		});
	}

	@Test
	void callerIsOverriddenAndReset() {
		this.runner.run((context) -> {
			RateLimiter limiter = context.getBean(RateLimiter.class);
			limiter.tryAcquire("api", CALLER, 3);
			call("override", "api", CALLER, "9/1h", null, "2h", "import");
			assertThat(limiter.tryAcquire("api", CALLER, 6).allowed()).isTrue();
			assertThat(limiter.tryAcquire("api", "other", 6).allowed()).isFalse();
			assertThat(map(call("show", "api", CALLER)).get("override")).asString()
				.contains("limits=[9/1h]", "reason=import")
				.doesNotContain("until=null");
			call("restore", "api", CALLER);
			assertThat(limiter.look("api", CALLER).toCompletableFuture().get().get(0).remaining()).isEqualTo(3);
		});
	}

	@Test
	void whatAConsoleLeavesEmptyIsNotSaid() {
		this.runner.run((context) -> {
			RateLimiter limiter = context.getBean(RateLimiter.class);
			call("override", "api", "", "", "off", "", "");
			assertThat(limiter.tryAcquire("api", CALLER, 99).allowed()).isTrue();
			assertThat(map(call("show", "login", "")).get("policy")).isEqualTo("login");
			call("restore", "api", "");
			assertThat(limiter.tryAcquire("api", CALLER, 99).allowed()).isFalse();
			call("overrideAll", "shadow", "", "");
			assertThat(limiter.tryAcquire("login", CALLER, 99).allowed()).isTrue();
			call("restoreAll");
			assertThat(limiter.tryAcquire("login", CALLER, 99).allowed()).isFalse();
		});
	}

	@Test
	void mistakesAreExplained() {
		this.runner.run((context) -> {
			assertThatExceptionOfType(ReflectionException.class)
				.isThrownBy(() -> call("override", "api", null, "9/1x", null, null, null))
				.withMessageContaining("limits '9/1x': expected a limit");
			assertThatExceptionOfType(ReflectionException.class)
				.isThrownBy(() -> call("override", "api", null, null, "off", "soon", null))
				.withMessageContaining("duration 'soon': expected a time");
			assertThatExceptionOfType(ReflectionException.class).isThrownBy(() -> call("restore", "apo", null))
				.withMessageContaining("'apo'");
		});
	}

	@Test
	void whoMayOnlyReadIsOfferedNothingElse() {
		this.runner.withPropertyValues("management.endpoint.ratelimits.access=READ_ONLY").run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(this.server.getMBeanInfo(name()).getOperations()).extracting(MBeanFeatureInfo::getName)
				.containsExactlyInAnyOrder("rateLimits", "show");
		});
	}

	@Test
	void extensionIsThereOnlyOverJmx() {
		this.runner
			.withPropertyValues("management.endpoints.jmx.exposure.include=",
					"management.endpoints.web.exposure.include=ratelimits")
			.run((context) -> assertThat(context).doesNotHaveBean(RateLimitsEndpointJmxExtension.class));
	}

	private Object call(String operation, Object... arguments) throws Exception {
		return this.server.invoke(name(), operation, arguments,
				Stream.generate(String.class::getName).limit(arguments.length).toArray(String[]::new));
	}

	private ObjectName name() throws Exception {
		return new ObjectName(this.domain + ":type=Endpoint,name=Ratelimits");
	}

	@SuppressWarnings("unchecked")
	private static Map<String, Object> map(Object answer) {
		return (Map<String, Object>) answer;
	}

}
