package io.github.ratelimit.autoconfigure;

import java.lang.reflect.Method;
import java.security.Principal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;

import com.github.benmanes.caffeine.cache.Caffeine;
import io.lettuce.core.RedisClient;
import io.micrometer.common.KeyValue;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Charge;
import io.github.ratelimit.Decision;
import io.github.ratelimit.InvalidPolicyException;
import io.github.ratelimit.Limit;
import io.github.ratelimit.Policy;
import io.github.ratelimit.RateLimitExceededException;
import io.github.ratelimit.RateLimitListener;
import io.github.ratelimit.RateLimitRejectedEvent;
import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.RateLimitStoreException;
import io.github.ratelimit.RateLimiter;
import io.github.ratelimit.actuate.RateLimitHealthIndicator;
import io.github.ratelimit.actuate.RateLimitsEndpoint;
import io.github.ratelimit.annotation.RateLimit;
import io.github.ratelimit.annotation.RateLimitAdvisor;
import io.github.ratelimit.client.OutboundRateLimit;
import io.github.ratelimit.client.OutboundRateLimits;
import io.github.ratelimit.lease.LeasingRateLimitStore;
import io.github.ratelimit.memory.MemoryRateLimitStore;
import io.github.ratelimit.metrics.DecisionMetrics;
import io.github.ratelimit.redis.RedisRateLimitStore;
import io.github.ratelimit.redis.TestRedis;
import io.github.ratelimit.resilience.Circuit;
import io.github.ratelimit.resilience.DeadlineRateLimitStore;
import io.github.ratelimit.resilience.Instances;
import io.github.ratelimit.web.Callers;
import io.github.ratelimit.web.RateLimitFields;
import io.github.ratelimit.web.RateLimitRejection;
import io.github.ratelimit.web.RateLimitRejectionHandler;
import io.github.ratelimit.web.RequestPolicies;
import io.github.ratelimit.web.RequestPrincipals;
import io.github.ratelimit.web.reactive.RateLimitHandlerAdapter;
import io.github.ratelimit.web.reactive.RateLimitWebExceptionHandler;
import io.github.ratelimit.web.reactive.RateLimitWebFilter;
import io.github.ratelimit.web.security.SecurityChainCheck;
import io.github.ratelimit.web.security.SecurityPrincipals;
import io.github.ratelimit.web.servlet.RateLimitExceptionResolver;
import io.github.ratelimit.web.servlet.RateLimitFilter;
import io.github.ratelimit.web.servlet.SettlementFilter;
import io.github.ratelimit.web.servlet.UnmatchedRequestResolver;

import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.filter.CorsFilter;
import org.springframework.boot.web.servlet.FilterRegistration;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.simple.SimpleMetricsExportAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.webflux.autoconfigure.WebFluxAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.cloud.context.environment.EnvironmentChangeEvent;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.mock.web.MockFilterChain;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.security.config.core.GrantedAuthorityDefaults;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.oauth2.core.ClaimAccessor;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationToken;
import org.springframework.test.util.ReflectionTestUtils;
import org.springframework.http.server.PathContainer;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.reactive.config.WebFluxConfigurer;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import org.springframework.web.servlet.handler.MappedInterceptor;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerAdapter;
import org.springframework.web.util.pattern.PathPattern;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.mockito.ArgumentMatchers.anyList;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;

/**
 * Tests of every condition of the auto-configurations.
 */
@ExtendWith({ TestRedis.class, OutputCaptureExtension.class })
class AutoConfigurationTests {

	private static final AutoConfigurations OURS = AutoConfigurations.of(RateLimitAutoConfiguration.class,
			RedisRateLimitStoreAutoConfiguration.class, OtherRedisClientAutoConfiguration.class,
			MemoryRateLimitStoreAutoConfiguration.class, RateLimitMetricsAutoConfiguration.class,
			RateLimitObservationAutoConfiguration.class, RateLimitSecurityAutoConfiguration.class,
			RateLimitCallerAutoConfiguration.class, RateLimitWebAutoConfiguration.class,
			RateLimitWebMvcAutoConfiguration.class, RateLimitWebFluxAutoConfiguration.class,
			RateLimitAnnotationAutoConfiguration.class, RateLimitClientAutoConfiguration.class,
			RateLimitEndpointAutoConfiguration.class, RateLimitHealthAutoConfiguration.class,
			RateLimitFailureAutoConfiguration.class, RateLimitDisabledAutoConfiguration.class);

	private final ApplicationContextRunner runner = new ApplicationContextRunner().withConfiguration(OURS)
		.withPropertyValues("ratelimit.policies.api.limits=2/1m");

	private final ApplicationContextRunner withRedis = this.runner
		.withConfiguration(AutoConfigurations.of(DataRedisAutoConfiguration.class))
		.withPropertyValues(TestRedis.server().properties())
		.withPropertyValues("ratelimit.store.timeout=10s");

	private final WebApplicationContextRunner servlet = new WebApplicationContextRunner().withConfiguration(OURS)
		.withConfiguration(AutoConfigurations.of(WebMvcAutoConfiguration.class))
		.withPropertyValues("ratelimit.policies.api.limits=2/1m", "ratelimit.store.type=memory");

	private final ReactiveWebApplicationContextRunner reactive = new ReactiveWebApplicationContextRunner()
		.withConfiguration(OURS)
		.withConfiguration(AutoConfigurations.of(WebFluxAutoConfiguration.class))
		.withPropertyValues("ratelimit.policies.api.limits=2/1m", "ratelimit.store.type=memory");

	@Test
	void conditionOfAHandlerMayAskForTheForm() throws Exception {
		Method method = AsksForMore.class.getDeclaredMethod("handle");
		this.reactive.withUserConfiguration(AsksForMore.class).run((context) -> {
			RequestPolicies policies = context.getBean(ReloadableHandlers.class).of(method, AsksForMore.class);
			assertThat(policies.policies()).hasSize(1);
			assertThat(policies.form("GET", PathContainer.parsePath("/"))).isTrue();
		});
	}

	@RestController
	static class AsksForMore {

		@GetMapping("/more")
		@RateLimit(policy = "api", unless = "param('x') == null")
		String handle() {
			return "";
		}

	}

	@Test
	void redisIsTheStoreWhereItIsConfigured(CapturedOutput output) {
		this.withRedis.run((context) -> {
			assertThat(context.getBean(RateLimitStore.class)).isInstanceOf(DeadlineRateLimitStore.class)
				.extracting(RateLimitStore::name)
				.isEqualTo("redis");
			assertThat(context).hasSingleBean(RateLimiter.class);
		});
		assertThat(output).contains("Rate limits are kept in redis, policies: 1").doesNotContain("kept in memory");
	}

	@Test
	void decisionsGoByTheClockOfTheApplicationIfThatIsWanted() {
		for (Boolean servers : List.of(true, false)) {
			this.withRedis.withPropertyValues("ratelimit.store.clock=" + (servers ? "server" : "application"))
				.run((context) -> {
					String before = askedForTheTime(context);
					assertThat(context.getBean(RateLimiter.class).tryAcquire("api", "clock:" + servers).allowed())
						.isTrue();
					assertThat(askedForTheTime(context).equals(before)).isNotEqualTo(servers);
				});
		}
	}

	private static String askedForTheTime(ApplicationContext context) {
		try (RedisConnection connection = context.getBean(RedisConnectionFactory.class).getConnection()) {
			return connection.serverCommands().info("commandstats").getProperty("cmdstat_time", "").split(",")[0];
		}
	}

	/** As while an application is deployed, one instance after the other. */
	@Test
	void versionsOfTheConfigurationShareWhatIsSpent() {
		ApplicationContextRunner version = this.withRedis
			.withPropertyValues("ratelimit.store.key-prefix=deployment:" + System.nanoTime() + ":");
		version.withPropertyValues("ratelimit.policies.deployed.limits=10/1h")
			.run((last) -> version.withPropertyValues("ratelimit.policies.deployed.limits=4/1h").run((next) -> {
				assertThat(allowed(last, 3)).isEqualTo(3);
				assertThat(allowed(next, 3)).as("lowered").isEqualTo(1);
				assertThat(allowed(last, 9)).as("as it was, and raised").isEqualTo(6);
			}));
		version.withPropertyValues("ratelimit.policies.deployed.limits=12/1h")
			.run((raised) -> assertThat(allowed(raised, 9)).isEqualTo(2));
		version.withPropertyValues("ratelimit.policies.deployed.limits=12/2h")
			.run((otherWindow) -> assertThat(allowed(otherWindow, 14)).isEqualTo(12));
	}

	private static int allowed(AssertableApplicationContext context, int calls) {
		RateLimiter limiter = context.getBean(RateLimiter.class);
		return (int) IntStream.range(0, calls).filter((i) -> limiter.tryAcquire("deployed", "a").allowed()).count();
	}

	@Test
	void memoryIsTheStoreWithoutRedisAndSaysSo(CapturedOutput output) {
		this.runner.run((context) -> assertThat(context.getBean(RateLimitStore.class))
			.isInstanceOf(MemoryRateLimitStore.class));
		assertThat(output).contains("WARN", "Rate limits are kept in memory, so each instance");
	}

	@Test
	void keysThatCallersMakeUpAreHintedAt(CapturedOutput output) {
		String[] properties = { "ratelimit.policies.partner.paths=/v1/**", "ratelimit.policies.partner.limits=1/1m",
				"ratelimit.policies.partner.key=header:X-Api-Key" };
		this.servlet.withPropertyValues(properties)
			.withPropertyValues("ratelimit.policies.address.paths=/**", "ratelimit.policies.address.limits=9/1m",
					"ratelimit.policies.address.stage=before-security")
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).doesNotContain("Policy 'partner' counts by a value that callers choose");
		this.servlet.withPropertyValues(properties).run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).containsOnlyOnce("Policy 'partner' counts by a value that callers choose");
	}

	@Test
	void memoryIsTheStoreWithoutSpringDataRedis() {
		this.withRedis.withClassLoader(new FilteredClassLoader("org.springframework.data.redis"))
			.run((context) -> assertThat(context.getBean(RateLimitStore.class))
				.isInstanceOf(MemoryRateLimitStore.class));
	}

	@Test
	void redisWithoutLettuceStopsTheStart() {
		this.runner.withBean(RedisConnectionFactory.class, () -> mock(RedisConnectionFactory.class))
			.withClassLoader(new FilteredClassLoader(RedisClient.class))
			.run((context) -> assertThat(context).hasFailed()
				.getFailure()
				.rootCause()
				.hasMessageContaining("io.lettuce:lettuce-core")
				.hasMessageContaining("ratelimit.store.type=memory"));
	}

	@Test
	void memoryCanBeAskedForWithoutLettuce() {
		this.runner.withBean(RedisConnectionFactory.class, () -> mock(RedisConnectionFactory.class))
			.withClassLoader(new FilteredClassLoader(RedisClient.class))
			.withPropertyValues("ratelimit.store.type=memory")
			.run((context) -> assertThat(context.getBean(RateLimitStore.class))
				.isInstanceOf(MemoryRateLimitStore.class));
	}

	@Test
	void ownStoreNeedsNoLettuce() {
		this.runner.withBean(RedisConnectionFactory.class, () -> mock(RedisConnectionFactory.class))
			.withBean("own", RateLimitStore.class, MemoryRateLimitStore::new)
			.withClassLoader(new FilteredClassLoader(RedisClient.class))
			.run((context) -> assertThat(context).hasNotFailed().hasSingleBean(RateLimitStore.class));
	}

	@Test
	void memoryCanBeAskedForAndThenDoesNotWarn(CapturedOutput output) {
		this.withRedis.withPropertyValues("ratelimit.store.type=memory")
			.run((context) -> assertThat(context.getBean(RateLimitStore.class))
				.isInstanceOf(MemoryRateLimitStore.class));
		assertThat(output).doesNotContain("so each instance");
	}

	@Test
	void redisThatIsAskedForButMissingStopsTheStart() {
		this.runner.withPropertyValues("ratelimit.store.type=redis")
			.run((context) -> assertThat(context).hasFailed()
				.getFailure()
				.rootCause()
				.hasMessageContaining("'redis' needs Spring Data Redis with Lettuce"));
	}

	@Test
	void noStoreAtAllStopsTheStart() {
		this.runner.withClassLoader(new FilteredClassLoader(Caffeine.class))
			.run((context) -> assertThat(context).hasFailed()
				.getFailure()
				.rootCause()
				.hasMessageContaining("'memory' needs Caffeine"));
	}

	@Test
	void connectionsThatAreNotLettuceStopTheStart() {
		this.runner.withBean(RedisConnectionFactory.class, () -> mock(RedisConnectionFactory.class))
			.run((context) -> assertThat(context).hasFailed()
				.getFailure()
				.rootCause()
				.hasMessageContaining("spring.data.redis.client-type=lettuce"));
	}

	@Test
	void severalConnectionFactoriesWithoutAPrimaryOneAreNoChoice() {
		this.runner.withBean("one", RedisConnectionFactory.class, () -> mock(RedisConnectionFactory.class))
			.withBean("two", RedisConnectionFactory.class, () -> mock(RedisConnectionFactory.class))
			.run((context) -> assertThat(context.getBean(RateLimitStore.class))
				.isInstanceOf(MemoryRateLimitStore.class));
	}

	@Test
	void ownStoreReplacesBoth() {
		RateLimitStore own = mock(RateLimitStore.class);
		this.withRedis.withBean("own", RateLimitStore.class, () -> own)
			.run((context) -> assertThat(context.getBean(RateLimitStore.class)).isSameAs(own));
	}

	@Test
	void ownStoreStaysTheBeanThatItIs() {
		this.runner.withBean(MeterRegistry.class, SimpleMeterRegistry::new)
			.withBean("own", MemoryRateLimitStore.class, MemoryRateLimitStore::new)
			.run((context) -> {
				assertThat(context.getBean("own")).isInstanceOf(MemoryRateLimitStore.class);
				context.getBean(RateLimiter.class).tryAcquire("api", "alice");
				assertThat(context.getBean(MeterRegistry.class).get("ratelimit.store").timers()).isNotEmpty();
			});
	}

	@Test
	void ownRateLimiterReplacesOurs() {
		RateLimiter own = new RateLimiter(new MemoryRateLimitStore(), (name) -> null, List.of());
		this.runner.withBean(RateLimiter.class, () -> own)
			.run((context) -> assertThat(context.getBean(RateLimiter.class)).isSameAs(own));
	}

	@Test
	void nothingIsWiredIfSwitchedOff() {
		this.withRedis.withPropertyValues("ratelimit.enabled=false", "ratelimit.policies.api.limits=nonsense")
			.withBean(MeterRegistry.class, SimpleMeterRegistry::new)
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(RateLimitStore.class)
				.doesNotHaveBean(RateLimitAdvisor.class)
				.doesNotHaveBean(DecisionMetrics.class));
		this.runner
			.withPropertyValues("ratelimit.enabled=false", "management.endpoints.web.exposure.include=ratelimits")
			.withBean(RateLimitStore.class, MemoryRateLimitStore::new)
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(RateLimitsEndpoint.class)
				.doesNotHaveBean(RateLimitHealthIndicator.class));
		this.servlet.withPropertyValues("ratelimit.enabled=false")
			.withBean(RateLimiter.class, () -> new RateLimiter(new MemoryRateLimitStore(), (name) -> null, List.of()))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(MappedInterceptor.class));
		this.servlet.withPropertyValues("ratelimit.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean(MappedInterceptor.class)
				.doesNotHaveBean(RateLimitFilter.class)
				.doesNotHaveBean(Callers.class)
				.doesNotHaveBean(RequestPrincipals.class));
		this.reactive.withPropertyValues("ratelimit.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean(RateLimitHandlerAdapter.class)
				.doesNotHaveBean(RateLimitWebFilter.class));
	}

	@Test
	void whoAsksThoughItIsSwitchedOffIsAllowed() {
		this.runner.withPropertyValues("ratelimit.enabled=false").run((context) -> {
			RateLimiter rateLimiter = context.getBean(RateLimiter.class);
			assertThat(rateLimiter.tryAcquire("api", "alice", 1_000_000).orElseThrow().states()).isEmpty();
			assertThat(rateLimiter.tryAcquire("another", "alice").allowed()).isTrue();
			rateLimiter.reserve("api", "alice", 3).settle(9);
			rateLimiter.reset("api", "alice");
			assertThat(context.getBean(OutboundRateLimits.class).named("api")).isNotNull();
		});
		RateLimiter own = new RateLimiter(new MemoryRateLimitStore(), (name) -> null, List.of());
		this.runner.withPropertyValues("ratelimit.enabled=false")
			.withBean(RateLimiter.class, () -> own)
			.run((context) -> assertThat(context.getBean(RateLimiter.class)).isSameAs(own));
	}

	@Test
	void mistakesInTheStoreStopTheStart() {
		for (String mistake : List.of("ratelimit.store.timeout=0", "ratelimit.store.timeout=-5s",
				"ratelimit.store.timeout=2h", "ratelimit.store.batch-size=0", "ratelimit.store.batch-size=1001",
				"ratelimit.store.remember-rejections=-1s", "ratelimit.store.instances=0",
				"ratelimit.store.remember-rejections=61s", "ratelimit.store.key-prefix=a{b}",
				"spring.application.name={shop}")) {
			this.withRedis.withPropertyValues(mistake)
				.run((context) -> assertThat(context).hasFailed()
					.getFailure()
					.rootCause()
					.isInstanceOf(InvalidPolicyException.class));
		}
	}

	@Test
	void keysStartWithTheNameOfTheApplication() {
		this.withRedis.withPropertyValues("spring.application.name=shop-" + System.nanoTime()).run((context) -> {
			acquire(context.getBean(RateLimiter.class), "alice");
			String name = context.getEnvironment().getProperty("spring.application.name");
			assertThat(
					exists(context.getBean(LettuceConnectionFactory.class), "ratelimit:" + name + ":{alice}:api:sw-1m"))
				.isTrue();
		});
	}

	@Test
	void keysStartWithThePrefixThatIsConfigured() {
		String prefix = "prefix-" + System.nanoTime() + "/";
		this.withRedis.withPropertyValues("spring.application.name=shop", "ratelimit.store.key-prefix=" + prefix)
			.run((context) -> {
				acquire(context.getBean(RateLimiter.class), "alice");
				assertThat(exists(context.getBean(LettuceConnectionFactory.class), prefix + "{alice}:api:sw-1m"))
					.isTrue();
			});
	}

	@Test
	void storeHasTheDeadlineThatIsConfigured() {
		this.withRedis.withPropertyValues("ratelimit.store.timeout=7s")
			.run((context) -> assertThat(context.getBean(RateLimitStore.class)).hasFieldOrPropertyWithValue("timeout",
					Duration.ofSeconds(7)));
	}

	@Test
	void rejectionsOfRedisAreRememberedAndCountedYetAreNoCallsOfTheStore() {
		this.withRedis.withBean(MeterRegistry.class, SimpleMeterRegistry::new)
			.withPropertyValues("ratelimit.store.remember-rejections=1m")
			.run((context) -> {
				assertThat(askedForRejections(context)).isZero();
				assertThat(context.getBean(MeterRegistry.class)
					.get("ratelimit.decisions")
					.tags("outcome", "rejected")
					.counter()
					.count()).isEqualTo(3);
			});
	}

	@Test
	void rejectionsAreNotRememberedIfThatIsSwitchedOff() {
		this.withRedis.withBean(MeterRegistry.class, SimpleMeterRegistry::new)
			.withPropertyValues("ratelimit.store.remember-rejections=0")
			.run((context) -> assertThat(askedForRejections(context)).isEqualTo(3));
	}

	@Test
	void rejectionsAreNotRememberedWithoutCaffeine() {
		this.withRedis.withBean(MeterRegistry.class, SimpleMeterRegistry::new)
			.withClassLoader(new FilteredClassLoader(Caffeine.class))
			.withPropertyValues("ratelimit.store.on-failure=allow")
			.run((context) -> assertThat(askedForRejections(context)).isEqualTo(3));
	}

	@Test
	void rejectionsOfMemoryAndOfOwnStoresAreNotRemembered() {
		this.runner.withBean(MeterRegistry.class, SimpleMeterRegistry::new)
			.run((context) -> assertThat(askedForRejections(context)).isEqualTo(3));
		this.withRedis.withBean(MeterRegistry.class, SimpleMeterRegistry::new)
			.withBean("own", RateLimitStore.class, MemoryRateLimitStore::new)
			.run((context) -> assertThat(askedForRejections(context)).isEqualTo(3));
	}

	/** Rejects a caller three times. */
	private static long askedForRejections(ApplicationContext context) {
		RateLimiter rateLimiter = context.getBean(RateLimiter.class);
		String key = "caller-" + System.nanoTime();
		acquire(rateLimiter, key);
		acquire(rateLimiter, key);
		for (int i = 0; i < 3; i++) {
			assertThat(rateLimiter.tryAcquire("api", key).allowed()).isFalse();
		}
		return context.getBean(MeterRegistry.class).get("ratelimit.store").tags("outcome", "rejected").timer().count();
	}

	@Test
	void listenersAreTold() {
		RateLimitListener listener = mock(RateLimitListener.class);
		this.runner.withBean(RateLimitListener.class, () -> listener).run((context) -> {
			context.getBean(RateLimiter.class).tryAcquire("api", "alice");
			org.mockito.Mockito.verify(listener).onDecision(org.mockito.ArgumentMatchers.any());
		});
	}

	@Test
	void rejectionsAreEventsIfTheApplicationAsksForThem() {
		List<RateLimitRejectedEvent> events = new CopyOnWriteArrayList<>();
		ApplicationContextRunner listening = this.runner.withInitializer((context) -> context.addApplicationListener(
				ApplicationListener.forPayload((RateLimitRejectedEvent event) -> events.add(event))));
		listening.run((context) -> threeCalls(context.getBean(RateLimiter.class)));
		assertThat(events).isEmpty();
		listening.withPropertyValues("ratelimit.events.enabled=true").run((context) -> {
			threeCalls(context.getBean(RateLimiter.class));
			await().untilAsserted(() -> assertThat(events).hasSize(1));
		});
		assertThat(events).singleElement().satisfies((event) -> {
			assertThat(event.decision().allowed()).isFalse();
			assertThat(event.charges()).singleElement()
				.satisfies((charge) -> assertThat(charge.policy().name() + " " + charge.key()).isEqualTo("api alice"));
		});
	}

	private static void threeCalls(RateLimiter rateLimiter) {
		acquire(rateLimiter, "alice");
		acquire(rateLimiter, "alice");
		assertThat(rateLimiter.tryAcquire("api", "alice").allowed()).isFalse();
	}

	@Test
	void fieldsAreWrittenAsConfigured() {
		this.servlet.withPropertyValues("ratelimit.web.headers=legacy", "ratelimit.web.legacy.limit=Quota")
			.run((context) -> {
				Map<String, String> written = new TreeMap<>();
				Decision decision = context.getBean(RateLimiter.class).tryAcquire("api", "alice");
				context.getBean(RateLimitFields.class).write(decision, written::put);
				assertThat(written).containsOnlyKeys("Quota", "X-RateLimit-Remaining", "X-RateLimit-Reset");
			});
	}

	@Test
	void rejectionHandlersAreCalledInOrder() {
		this.servlet
			.withBean("second", RateLimitRejectionHandler.class,
					() -> (rejection) -> rejection.problem().setStatus(rejection.problem().getStatus() + 1))
			.withBean("first", RateLimitRejectionHandler.class, First::new)
			.run((context) -> {
				Decision decision = context.getBean(RateLimiter.class).tryAcquire("api", "alice", 3);
				MockHttpServletResponse response = new MockHttpServletResponse();
				context.getBean(RateLimitExceptionResolver.class)
					.resolveException(new MockHttpServletRequest(), response, null,
							new RateLimitExceededException(decision));
				assertThat(response.getStatus()).isEqualTo(501);
			});
	}

	@Order(0)
	private static final class First implements RateLimitRejectionHandler {

		@Override
		public void handle(RateLimitRejection rejection) {
			rejection.problem().setStatus(500);
		}

	}

	@Test
	void metersAreOnTheRegistryOfTheApplication() {
		this.runner
			.withConfiguration(AutoConfigurations.of(MetricsAutoConfiguration.class,
					CompositeMeterRegistryAutoConfiguration.class, SimpleMetricsExportAutoConfiguration.class))
			.run((context) -> {
				context.getBean(RateLimiter.class).tryAcquire("api", "alice");
				MeterRegistry registry = context.getBean(MeterRegistry.class);
				assertThat(registry.get("ratelimit.decisions")
					.tags("policy", "api", "outcome", "allowed")
					.counter()
					.count()).isEqualTo(1);
				assertThat(
						registry.get("ratelimit.store").tags("store", "memory", "outcome", "allowed").timer().count())
					.isPositive();
			});
	}

	@Test
	void metersCanBeSwitchedOffAsAnyOther() {
		this.runner
			.withConfiguration(AutoConfigurations.of(MetricsAutoConfiguration.class,
					CompositeMeterRegistryAutoConfiguration.class, SimpleMetricsExportAutoConfiguration.class))
			.withPropertyValues("management.metrics.enable.ratelimit=false")
			.run((context) -> {
				context.getBean(RateLimiter.class).tryAcquire("api", "alice");
				assertThat(context.getBean(MeterRegistry.class).find("ratelimit.decisions").counter()).isNull();
			});
	}

	@Test
	void thereAreNoMetersWithoutARegistryOrMicrometer() {
		this.runner.run((context) -> assertThat(context).doesNotHaveBean(DecisionMetrics.class));
		this.runner.withClassLoader(new FilteredClassLoader(MeterRegistry.class))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(DecisionMetrics.class));
	}

	@Test
	void decisionsAreObservedWhereThereIsARegistryOfObservations() {
		this.runner.run((context) -> assertThat(context).doesNotHaveBean("rateLimitObservations"));
		this.runner.withClassLoader(new FilteredClassLoader(ObservationRegistry.class))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean("rateLimitObservations"));
		ObservationRegistry registry = ObservationRegistry.create();
		registry.observationConfig().observationHandler((context) -> true);
		this.runner.withBean(ObservationRegistry.class, () -> registry).run((context) -> {
			Observation observation = Observation.start("work", registry);
			observation.scoped(() -> context.getBean(RateLimiter.class).tryAcquire("api", "alice"));
			assertThat(observation.getContextView().getHighCardinalityKeyValues()).containsExactlyInAnyOrder(
					KeyValue.of("ratelimit.outcome", "allowed"), KeyValue.of("ratelimit.policy", "api"));
		});
	}

	@Test
	void endpointIsThereIfItIsExposed() {
		this.runner.run((context) -> assertThat(context).doesNotHaveBean(RateLimitsEndpoint.class));
		this.runner.withPropertyValues("management.endpoints.web.exposure.include=ratelimits")
			.run((context) -> assertThat(context.getBean(RateLimitsEndpoint.class).rateLimits().policies())
				.containsOnlyKeys("api"));
		this.runner.withClassLoader(new FilteredClassLoader(Endpoint.class))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(RateLimitsEndpoint.class));
	}

	@Test
	void leasesAreTakenWhereAPolicyHasThemAndGivenBackAtTheEnd() {
		Limit limit = new Limit(100_000, Duration.ofHours(1));
		Policy policy = new Policy("hot", Algorithm.SLIDING_WINDOW, limit);
		String key = "key-" + System.nanoTime();
		LettuceConnectionFactory connections = TestRedis.server().connect();
		RateLimitStore store = new RedisRateLimitStore(connections, "leases:");
		List<Charge> nothing = List.of(new Charge(policy, key, 0));
		this.withRedis
			.withPropertyValues("ratelimit.policies.hot.limits=100000/1h", "ratelimit.policies.hot.lease=50",
					"ratelimit.store.key-prefix=leases:", "management.endpoints.web.exposure.include=ratelimits")
			.withBean(MeterRegistry.class, SimpleMeterRegistry::new)
			.run((context) -> {
				RateLimiter rateLimiter = context.getBean(RateLimiter.class);
				for (int i = 0; i < 300; i++) {
					assertThat(rateLimiter.tryAcquire("hot", key).allowed()).isTrue();
				}
				assertThat(context.getBean(MeterRegistry.class).get("ratelimit.store").timers()).isNotEmpty()
					.allMatch((timer) -> timer.count() < 100);
				assertThat(store.acquire(nothing).toCompletableFuture().get().states().get(0).remaining())
					.isLessThan(100_000 - 300);
				assertThat(context.getBean(RateLimitsEndpoint.class).rateLimits().policies().get("hot").lease())
					.isEqualTo(50);
			});
		assertThat(store.acquire(nothing).toCompletableFuture().join().states().get(0).remaining())
			.isEqualTo(100_000 - 300);
		connections.destroy();
	}

	@Test
	void nothingStandsBeforeTheStoreWithoutALease() {
		RateLimitStore store = new MemoryRateLimitStore();
		this.runner.withPropertyValues("ratelimit.policies.api.lease=2")
			.run((context) -> assertThat(context).doesNotHaveBean(RateLimitLeases.class));
		this.withRedis.run((context) -> assertThat(context.getBean(RateLimitLeases.class).apply(store))
			.isInstanceOf(LeasingRateLimitStore.class));
		ApplicationContextRunner withoutReload = this.withRedis
			.withClassLoader(new FilteredClassLoader(EnvironmentChangeEvent.class));
		withoutReload.run((context) -> assertThat(context.getBean(RateLimitLeases.class).apply(store)).isSameAs(store));
		withoutReload.withPropertyValues("ratelimit.policies.api.lease=2")
			.run((context) -> assertThat(context.getBean(RateLimitLeases.class).apply(store))
				.isInstanceOf(LeasingRateLimitStore.class));
	}

	@Test
	void healthIsThereUnlessSwitchedOff() {
		this.runner.run((context) -> assertThat(context.getBean(RateLimitHealthIndicator.class).health().getStatus())
			.hasToString("UP"));
		this.runner.withPropertyValues("management.health.ratelimit.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean(RateLimitHealthIndicator.class));
		this.runner.withClassLoader(new FilteredClassLoader(HealthIndicator.class))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(RateLimitHealthIndicator.class));
	}

	@Test
	void healthIsUnknownIfTheStoreIsDownUnlessThatIsToBeDown() {
		ApplicationContextRunner failing = this.runner
			.withConfiguration(AutoConfigurations.of(DataRedisAutoConfiguration.class))
			.withPropertyValues("spring.data.redis.port=1");
		failing.run((context) -> {
			Health health = context.getBean(RateLimitHealthIndicator.class).health();
			assertThat(health.getStatus()).hasToString("UNKNOWN");
			assertThat(health.getDetails()).containsEntry("store", "redis")
				.containsEntry("circuit", "open")
				.containsKeys("since", "nextProbe", "instances", "error");
		});
		failing.withPropertyValues("ratelimit.health.down-on-failure=true")
			.run((context) -> assertThat(context.getBean(RateLimitHealthIndicator.class).health().getStatus())
				.hasToString("DOWN"));
		this.withRedis
			.run((context) -> assertThat(context.getBean(RateLimitHealthIndicator.class).health().getDetails())
				.containsEntry("circuit", "closed")
				.containsKeys("since", "instances")
				.doesNotContainKeys("nextProbe", "error"));
	}

	@Test
	void storeInMemoryNeedsNoFallback() {
		this.runner.withBean(MeterRegistry.class, SimpleMeterRegistry::new).run((context) -> {
			assertThat(context).doesNotHaveBean(Circuit.class).doesNotHaveBean(Instances.class);
			assertThat(context.getBean(MeterRegistry.class).find("ratelimit.store.circuit").meter()).isNull();
		});
	}

	@Test
	void ownStoreHasTheDeadlineTheCircuitAndTheFallback() {
		RateLimitStore own = mock(RateLimitStore.class);
		given(own.name()).willReturn("own");
		given(own.acquire(anyList())).willReturn(new CompletableFuture<>());
		given(own.probe()).willReturn(new CompletableFuture<>());
		this.runner.withBean(MeterRegistry.class, SimpleMeterRegistry::new)
			.withBean("own", RateLimitStore.class, () -> own)
			.withPropertyValues("ratelimit.store.timeout=1ms")
			.run((context) -> {
				for (int i = 0; i < 3; i++) {
					Decision decision = context.getBean(RateLimiter.class).tryAcquire("api", "alice");
					assertThat(decision.source()).isEqualTo(Decision.Source.LOCAL);
					assertThat(decision.allowed()).isEqualTo(i < 2);
				}
				verify(own).acquire(anyList());
				MeterRegistry registry = context.getBean(MeterRegistry.class);
				assertThat(registry.get("ratelimit.store.circuit").tags("store", "own").gauge().value()).isEqualTo(1);
				assertThat(registry.get("ratelimit.store").tags("outcome", "error").timer().count()).isEqualTo(1);
			});
	}

	@Test
	void whoCountsLocallyNeedsCaffeine() {
		ApplicationContextRunner without = this.withRedis.withClassLoader(new FilteredClassLoader(Caffeine.class));
		without.run((context) -> assertThat(context).hasFailed()
			.getFailure()
			.rootCause()
			.hasMessageContaining("'local' needs Caffeine"));
		without.withPropertyValues("ratelimit.store.on-failure=reject", "ratelimit.policies.api.on-failure=local")
			.run((context) -> assertThat(context).hasFailed()
				.getFailure()
				.rootCause()
				.hasMessageContaining("'local' needs Caffeine"));
		without.withPropertyValues("ratelimit.store.on-failure=reject")
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void instancesAreCountedInRedisUnlessTheirNumberIsConfigured() {
		String prefix = "--instances-" + System.nanoTime() + ":";
		ApplicationContextRunner counted = this.withRedis.withPropertyValues("ratelimit.store.key-prefix=" + prefix);
		counted.run((one) -> counted.run((other) -> await()
			.untilAsserted(() -> assertThat(other.getBean(Instances.class).getAsInt()).isEqualTo(2))));
		this.withRedis.withPropertyValues("ratelimit.store.instances=7")
			.run((context) -> assertThat(context.getBean(Instances.class).getAsInt()).isEqualTo(7));
	}

	@Test
	void corsFilterAnswersPreflightsWhereItIsRegistered() {
		this.servlet.withPropertyValues("ratelimit.policies.api.stage=before-security")
			.withUserConfiguration(CorsFilters.class)
			.run((context) -> {
				RateLimitFilter filter = context.getBean(RateLimitFilter.class);
				assertThat(allowedOrigin(filter, "/shop", "/a/x")).isEqualTo("*");
				assertThat(allowedOrigin(filter, "", "/a")).isEqualTo("*");
				assertThat(allowedOrigin(filter, "", "/page.html")).isEqualTo("*");
				assertThat(allowedOrigin(filter, "", "/c/x")).isEqualTo("*");
				assertThat(allowedOrigin(filter, "/a", "/other")).isNull();
				assertThat(allowedOrigin(filter, "", "/ab")).isNull();
			});
	}

	private static String allowedOrigin(RateLimitFilter filter, String context, String path) throws Exception {
		MockHttpServletRequest preflight = new MockHttpServletRequest("OPTIONS", context + path);
		preflight.setContextPath(context);
		preflight.addHeader("Origin", "https://a.example");
		preflight.addHeader("Access-Control-Request-Method", "GET");
		MockHttpServletResponse response = new MockHttpServletResponse();
		filter.doFilter(preflight, response, new MockFilterChain());
		return response.getHeader("Access-Control-Allow-Origin");
	}

	@Configuration(proxyBeanMethods = false)
	static class CorsFilters {

		@Bean
		FilterRegistrationBean<CorsFilter> some() {
			return registration(true, "/a/*", "*.html");
		}

		@Bean
		FilterRegistrationBean<CorsFilter> none() {
			return registration(false, "/*");
		}

		@Bean
		FilterRegistrationBean<CorsFilter> ofAServlet() {
			FilterRegistrationBean<CorsFilter> registration = registration(true);
			registration.addServletNames("other");
			return registration;
		}

		@Bean
		@FilterRegistration(urlPatterns = "/c/*")
		CorsFilter annotated() {
			return registration(true).getFilter();
		}

		private static FilterRegistrationBean<CorsFilter> registration(boolean enabled, String... patterns) {
			FilterRegistrationBean<CorsFilter> registration = new FilterRegistrationBean<>(
					new CorsFilter((request) -> new CorsConfiguration().applyPermitDefaultValues()));
			registration.addUrlPatterns(patterns);
			registration.setEnabled(enabled);
			return registration;
		}

	}

	@Test
	void interceptorIsThereInServletApplications() {
		this.servlet.run((context) -> assertThat(context).hasSingleBean(MappedInterceptor.class)
			.hasSingleBean(UnmatchedRequestResolver.class)
			.hasSingleBean(RateLimitExceptionResolver.class)
			.doesNotHaveBean(RateLimitHandlerAdapter.class));
		this.runner.run((context) -> assertThat(context).doesNotHaveBean(ConfiguredRequestPolicies.class)
			.doesNotHaveBean(MappedInterceptor.class));
		this.servlet.withClassLoader(new FilteredClassLoader(WebMvcConfigurer.class))
			.run((context) -> assertThat(context).doesNotHaveBean(MappedInterceptor.class));
	}

	@Test
	void filterIsThereIfAPolicyIsEnforcedBeforeSecurity() {
		FilteredClassLoader withoutReload = new FilteredClassLoader(EnvironmentChangeEvent.class);
		this.servlet.run((context) -> assertThat(context).hasSingleBean(RateLimitFilter.class));
		this.servlet.withClassLoader(withoutReload)
			.run((context) -> assertThat(context).doesNotHaveBean(RateLimitFilter.class)
				.doesNotHaveBean(SecurityChainCheck.class));
		this.servlet.withClassLoader(withoutReload)
			.withPropertyValues("ratelimit.policies.api.stage=before-security",
					"ratelimit.policies.api.unless=header('x-route') != null")
			.run((context) -> {
				assertThat(context).hasSingleBean(RateLimitFilter.class);
				assertThat(context.getBean(RateLimitFilter.class).getOrder()).isEqualTo(-99);
			});
		this.servlet
			.withPropertyValues("ratelimit.policies.api.stage=BEFORE_SECURITY", "spring.security.filter.order=-7")
			.run((context) -> assertThat(context.getBean(RateLimitFilter.class).getOrder()).isEqualTo(-6));
		this.reactive.withClassLoader(withoutReload)
			.run((context) -> assertThat(context).doesNotHaveBean(RateLimitWebFilter.class));
		this.reactive.withPropertyValues("ratelimit.policies.api.stage=before-security")
			.run((context) -> assertThat(context.getBean(RateLimitWebFilter.class).getOrder()).isEqualTo(-99));
	}

	@Test
	void settlementFilterWrapsResponsesIfAPolicyDoesNotCountAllOfThem() {
		this.servlet.run((context) -> assertThat(wraps(context.getBean(SettlementFilter.class))).isFalse());
		this.servlet.withPropertyValues("ratelimit.policies.api.count-when=status == 401")
			.run((context) -> assertThat(wraps(context.getBean(SettlementFilter.class))).isTrue());
		this.servlet.withBean(CountedHandlers.class)
			.run((context) -> assertThat(wraps(context.getBean(SettlementFilter.class))).isTrue());
	}

	private static boolean wraps(SettlementFilter filter) throws Exception {
		MockHttpServletResponse response = new MockHttpServletResponse();
		MockFilterChain chain = new MockFilterChain();
		filter.doFilter(new MockHttpServletRequest(), response, chain);
		return chain.getResponse() != response;
	}

	@Test
	void problemsAreWrittenByMvcsOwnAdapterWhereThereAreSeveral() {
		this.servlet.withBean("other", RequestMappingHandlerAdapter.class, RequestMappingHandlerAdapter::new)
			.run((context) -> {
				MockHttpServletResponse response = new MockHttpServletResponse();
				context.getBean(RateLimitExceptionResolver.class)
					.resolveException(new MockHttpServletRequest(), response, null,
							new RateLimitStoreException("gone", null));
				assertThat(response.getStatus()).isEqualTo(503);
			});
	}

	@Test
	void handlerAdapterIsThereInReactiveApplications() {
		this.reactive.run((context) -> assertThat(context).hasSingleBean(RateLimitHandlerAdapter.class)
			.hasSingleBean(RateLimitWebExceptionHandler.class)
			.doesNotHaveBean(MappedInterceptor.class));
		this.runner.run((context) -> assertThat(context).doesNotHaveBean(RateLimitHandlerAdapter.class));
		this.reactive.withClassLoader(new FilteredClassLoader(WebFluxConfigurer.class))
			.run((context) -> assertThat(context).doesNotHaveBean(RateLimitHandlerAdapter.class));
	}

	@Test
	void outboundLimitsAreThereWhereThereAreHttpClients() {
		this.runner.run((context) -> assertThat(context).hasSingleBean(OutboundRateLimits.class));
		this.runner.withClassLoader(new FilteredClassLoader(ClientHttpRequestInterceptor.class))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(OutboundRateLimits.class));
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(RateLimitClientAutoConfiguration.class))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(OutboundRateLimits.class));
	}

	@Test
	void ownOutboundLimitsReplaceOurs() {
		OutboundRateLimits own = new OutboundRateLimits(
				new RateLimiter(new MemoryRateLimitStore(), (name) -> null, List.of()), Map::of);
		this.runner.withBean(OutboundRateLimits.class, () -> own)
			.run((context) -> assertThat(context.getBean(OutboundRateLimits.class)).isSameAs(own));
	}

	@Test
	void outboundCallsWaitAsConfigured() {
		this.runner
			.withPropertyValues("ratelimit.policies.api.max-wait=3s", "ratelimit.policies.other.limits=1/1m",
					"ratelimit.policies.off.limits=1/1m", "ratelimit.policies.off.enabled=false")
			.run((context) -> {
				OutboundRateLimits limits = context.getBean(OutboundRateLimits.class);
				assertThat(maxWait(limits.named("api"))).isEqualTo(Duration.ofSeconds(3));
				assertThat(maxWait(limits.named("other"))).isEqualTo(Duration.ZERO);
				assertThat(limits.named("off")).isNotNull();
				RateLimiter rateLimiter = context.getBean(RateLimiter.class);
				assertThat(rateLimiter.tryAcquire("off", "a", 2).allowed()).isTrue();
				assertThat(rateLimiter.policy("off").enabled()).isFalse();
			});
	}

	private static Object maxWait(OutboundRateLimit limit) {
		return ((Supplier<?>) ReflectionTestUtils.getField(limit, "maxWait")).get();
	}

	@Test
	void outboundLimitThatNoPolicySetsStopsTheStart() {
		this.runner.withUserConfiguration(UnknownPartner.class)
			.run((context) -> assertThat(context).hasFailed()
				.getFailure()
				.rootCause()
				.hasMessage("No rate limit policy is named 'partner'"));
	}

	@Test
	void callersAreKnownInWebApplications() {
		this.servlet.run((context) -> assertThat(context).hasSingleBean(Callers.class));
		this.runner.run((context) -> assertThat(context).doesNotHaveBean(Callers.class)
			.doesNotHaveBean(RequestPrincipals.class));
		new WebApplicationContextRunner().withConfiguration(OURS)
			.withClassLoader(new FilteredClassLoader(PathPattern.class))
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(Callers.class)
				.doesNotHaveBean(RequestPrincipals.class));
	}

	@Test
	void principalsAreThoseOfSpringSecurityIfItIsThere() {
		Principal alice = jwt(Map.of("sub", "alice", "tenant", "acme"));
		this.servlet.run((context) -> {
			RequestPrincipals principals = context.getBean(Callers.class).principals();
			assertThat(principals).isInstanceOf(SecurityPrincipals.class);
			assertThat(principals.hasRole(alice, "ADMIN")).isTrue();
			assertThat(principals.claim(alice, "tenant")).isEqualTo("acme");
		});
		this.servlet.withBean(GrantedAuthorityDefaults.class, () -> new GrantedAuthorityDefaults("GROUP_"))
			.run((context) -> assertThat(context.getBean(Callers.class).principals().hasRole(alice, "ADMIN"))
				.isFalse());
	}

	@Test
	void principalsSayTheirNamesWithoutSpringSecurity() {
		this.servlet.withClassLoader(new FilteredClassLoader("org.springframework.security")).run((context) -> {
			RequestPrincipals principals = context.getBean(Callers.class).principals();
			assertThat(context).doesNotHaveBean(RequestPrincipals.class);
			assertThat(principals.name(() -> "alice")).isEqualTo("alice");
			assertThat(principals.hasRole(() -> "alice", "ADMIN")).isFalse();
			assertThat(principals.claim(() -> "alice", "sub")).isNull();
		});
	}

	@Test
	void tokensClaimNothingWithoutOAuth2() {
		this.servlet.withClassLoader(new FilteredClassLoader(ClaimAccessor.class))
			.run((context) -> assertThat(context.getBean(Callers.class)
				.principals()
				.claim(jwt(Map.of("sub", "alice", "tenant", "acme")), "tenant")).isNull());
	}

	@Test
	void ownPrincipalsReplaceOurs() {
		RequestPrincipals own = mock(RequestPrincipals.class);
		this.servlet.withBean("own", RequestPrincipals.class, () -> own)
			.run((context) -> assertThat(context.getBean(Callers.class).principals()).isSameAs(own));
	}

	@Test
	void proxiesAreTrustedIfTheServerLeavesHeadersAlone() {
		Function<String, List<String>> headers = (name) -> List
			.of(name.equals("Forwarded") ? "for=9.9.9.9" : "8.8.8.8");
		this.servlet.run((context) -> assertThat(address(context, headers)).isEqualTo("10.0.0.1"));
		this.servlet.withPropertyValues("ratelimit.web.trusted-proxies=10.0.0.0/8, ::1")
			.run((context) -> assertThat(address(context, headers)).isEqualTo("8.8.8.8"));
		this.servlet
			.withPropertyValues("ratelimit.web.trusted-proxies[0]=10.0.0.0/8",
					"ratelimit.web.forwarded-header=forwarded", "server.forward-headers-strategy=NONE",
					"spring.main.cloud-platform=kubernetes")
			.run((context) -> assertThat(address(context, headers)).isEqualTo("9.9.9.9"));
	}

	@Test
	void forwardingHeadersAreNoNewsToServersThatReadThem(CapturedOutput output) {
		Function<String, List<String>> headers = (name) -> List.of("8.8.8.8");
		this.servlet.withPropertyValues("server.forward-headers-strategy=native")
			.run((context) -> assertThat(address(context, headers)).isEqualTo("10.0.0.1"));
		this.servlet.withPropertyValues("spring.main.cloud-platform=kubernetes")
			.run((context) -> assertThat(address(context, headers)).isEqualTo("10.0.0.1"));
		assertThat(output).doesNotContain("forwarding header");
		this.servlet.run((context) -> address(context, headers));
		assertThat(output).contains("forwarding header");
	}

	private static String address(ApplicationContext context, Function<String, List<String>> headers) {
		return context.getBean(Callers.class).addresses().of("10.0.0.1", headers);
	}

	private static JwtAuthenticationToken jwt(Map<String, Object> claims) {
		Jwt jwt = new Jwt("token", null, null, Map.of("alg", "none"), claims);
		return new JwtAuthenticationToken(jwt, AuthorityUtils.createAuthorityList("ROLE_ADMIN"));
	}

	@Test
	void annotationsAreInterpretedWithOrWithoutReactorAndWeb() {
		this.runner.run((context) -> assertThat(context).hasSingleBean(RateLimitAdvisor.class));
		this.runner.withClassLoader(new FilteredClassLoader("reactor", "org.springframework.web", "jakarta.servlet"))
			.run((context) -> assertThat(context).hasNotFailed().hasSingleBean(RateLimitAdvisor.class));
	}

	@Test
	void everythingElseWorksWithoutAnnotations() {
		new WebApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(RateLimitAutoConfiguration.class, MemoryRateLimitStoreAutoConfiguration.class,
							RateLimitCallerAutoConfiguration.class, RateLimitWebAutoConfiguration.class,
							RateLimitWebMvcAutoConfiguration.class, WebMvcAutoConfiguration.class))
			.withPropertyValues("ratelimit.policies.api.limits=2/1m")
			.run((context) -> assertThat(context).hasSingleBean(MappedInterceptor.class)
				.doesNotHaveBean(RateLimitAdvisor.class));
	}

	private static void acquire(RateLimiter rateLimiter, String key) {
		assertThat(rateLimiter.tryAcquire("api", key).allowed()).isTrue();
	}

	private static boolean exists(RedisConnectionFactory connections, String key) {
		try (RedisConnection connection = connections.getConnection()) {
			return Boolean.TRUE.equals(connection.keyCommands().exists(key.getBytes()));
		}
	}

	@RestController
	static class CountedHandlers {

		@GetMapping("/")
		@RateLimit(limits = "5/1h", countWhen = "status == 401")
		String index() {
			return "done";
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class UnknownPartner {

		@Bean
		OutboundRateLimit partner(OutboundRateLimits limits) {
			return limits.named("partner");
		}

	}

}
