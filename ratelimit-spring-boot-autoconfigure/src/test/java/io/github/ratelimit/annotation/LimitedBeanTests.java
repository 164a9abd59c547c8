package io.github.ratelimit.annotation;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.aopalliance.intercept.MethodInterceptor;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

import io.github.ratelimit.Charge;
import io.github.ratelimit.Decision;
import io.github.ratelimit.KeyText;
import io.github.ratelimit.Policy;
import io.github.ratelimit.RateLimitExceededException;
import io.github.ratelimit.RateLimitListener;
import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.RateLimiter;
import io.github.ratelimit.autoconfigure.MemoryRateLimitStoreAutoConfiguration;
import io.github.ratelimit.autoconfigure.RateLimitAnnotationAutoConfiguration;
import io.github.ratelimit.autoconfigure.RateLimitAutoConfiguration;
import io.github.ratelimit.memory.MemoryRateLimitStore;

import org.springframework.aop.Advisor;
import org.springframework.aop.Pointcut;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.aop.interceptor.ExposeInvocationInterceptor;
import org.springframework.aop.support.AopUtils;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.aop.support.annotation.AnnotationMatchingPointcut;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.cache.annotation.Cacheable;
import org.springframework.cache.annotation.EnableCaching;
import org.springframework.cache.concurrent.ConcurrentMapCacheManager;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Role;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.AliasFor;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.stereotype.Controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Tests of limits on beans that are not handlers.
 */
class LimitedBeanTests {

	private final List<Decision> decisions = new ArrayList<>();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(
				AutoConfigurations.of(RateLimitAutoConfiguration.class, MemoryRateLimitStoreAutoConfiguration.class,
						RateLimitAnnotationAutoConfiguration.class, AopAutoConfiguration.class))
		.withBean(RateLimitListener.class, () -> this.decisions::add)
		.withPropertyValues("ratelimit.store.type=memory", "ratelimit.policies.two.limits=2/1m",
				"ratelimit.policies.other.limits=10/1m", "ratelimit.policies.off.limits=1/1m",
				"ratelimit.policies.off.enabled=false");

	@Test
	void blockingCallIsRejected() {
		with(Calls.class, (calls) -> {
			assertThat(calls.blocking("a")).isEqualTo("a");
			calls.blocking("b");
			assertThatExceptionOfType(RateLimitExceededException.class).isThrownBy(() -> calls.blocking("c"))
				.withMessage("Rate limit exceeded: 'two' (2/1m)");
			assertThat(calls.count()).hasValue(2);
		});
	}

	@Test
	void policyThatIsTriedRejectsNobodyUntilTheConfigurationEnforcesIt() {
		with(Tried.class, (tried) -> {
			for (int i = 0; i < 3; i++) {
				tried.call();
			}
			assertThat(this.decisions).extracting(Decision::allowed).containsExactly(true, true, true);
			assertThat(this.decisions.get(2).states().get(0).exhausted()).isTrue();
		});
		this.runner.withBean(Tried.class)
			.withPropertyValues("ratelimit.policies.tried-call.enforce=true")
			.run((context) -> {
				Tried tried = context.getBean(Tried.class);
				tried.call();
				assertThatExceptionOfType(RateLimitExceededException.class).isThrownBy(tried::call);
			});
	}

	@Test
	void configurationAddsABanToAPolicyThatIsDeclaredInPlace() {
		this.runner.withBean(Tried.class)
			.withPropertyValues("ratelimit.policies.tried-call.enforce=true",
					"ratelimit.policies.tried-call.ban.after=1/1h", "ratelimit.policies.tried-call.ban.for=2h")
			.run((context) -> {
				Tried tried = context.getBean(Tried.class);
				tried.call();
				assertThatExceptionOfType(RateLimitExceededException.class).isThrownBy(tried::call)
					.satisfies((ex) -> assertThat(ex.decision().retryAfter()).isEqualTo(Duration.ofHours(2)));
			});
	}

	@Test
	void stageFailsInsteadOfThrowing() {
		with(Calls.class, (calls) -> {
			assertThat(calls.stage("a").toCompletableFuture().join()).isEqualTo("a");
			assertThat(calls.future("b").get(5, TimeUnit.SECONDS)).isEqualTo("b");
			CompletableFuture<String> rejected = calls.future("c");
			assertThatThrownBy(() -> rejected.get(5, TimeUnit.SECONDS)).isInstanceOf(ExecutionException.class)
				.hasCauseInstanceOf(RateLimitExceededException.class);
			assertThat(rejected.<Class<?>>handle((value, failure) -> failure.getClass()).join())
				.isEqualTo(RateLimitExceededException.class);
			assertThat(calls.count()).hasValue(2);
		});
	}

	@Test
	void stageFailsAsItsMethodDoes() {
		with(Calls.class, (calls) -> {
			assertThat(calls.future("fail").<Class<?>>handle((value, failure) -> failure.getClass()).join())
				.isEqualTo(IllegalStateException.class);
			assertThat(calls.future("throw").<Class<?>>handle((value, failure) -> failure.getClass()).join())
				.isEqualTo(IllegalArgumentException.class);
		});
	}

	@Test
	void stageAndPublisherDoNotWaitForTheStore() {
		this.runner.withBean(RateLimitStore.class, SilentStore::new).withBean(Calls.class).run((context) -> {
			Calls calls = context.getBean(Calls.class);
			assertThat(calls.future("a")).isNotDone();
			StepVerifier.create(calls.mono("a"))
				.expectSubscription()
				.expectNoEvent(Duration.ofMillis(50))
				.thenCancel()
				.verify();
			assertThat(calls.count()).hasValue(0);
		});
	}

	@Test
	void monoIsChargedWithEverySubscription() {
		with(Calls.class, (calls) -> {
			Mono<String> mono = calls.mono("a");
			assertThat(this.decisions).isEmpty();
			StepVerifier.create(mono).expectNext("a").verifyComplete();
			StepVerifier.create(mono).expectNext("a").verifyComplete();
			StepVerifier.create(mono).verifyError(RateLimitExceededException.class);
			assertThat(this.decisions).hasSize(3);
			assertThat(calls.count()).hasValue(2);
		});
	}

	@Test
	void fluxIsChargedWithEverySubscription() {
		with(Calls.class, (calls) -> {
			Flux<String> flux = calls.flux("a");
			StepVerifier.create(flux).expectNext("a", "a").verifyComplete();
			StepVerifier.create(flux).expectNext("a", "a").verifyComplete();
			StepVerifier.create(flux).verifyError(RateLimitExceededException.class);
			assertThat(calls.count()).hasValue(2);
		});
	}

	@Test
	void severalAnnotationsAreOneDecision() {
		with(Several.class, (several) -> {
			several.call();
			several.call();
			assertThatThrownBy(several::call).isInstanceOf(RateLimitExceededException.class);
			assertThat(this.decisions).hasSize(3)
				.allSatisfy((decision) -> assertThat(decision.states())
					.extracting((state) -> state.charge().policy().name())
					.containsExactly("two", "other"));
			assertThat(this.decisions.get(2).states().get(1).remaining()).isEqualTo(8);
		});
	}

	@Test
	void keysAndCostsAreExpressions() {
		with(Expressions.class, (calls) -> {
			calls.named(new Order("42", 3), "eu,west");
			calls.indexed("alice");
			calls.root("x");
			calls.beans("x");
			calls.unknown(null);
			assertThat(this.decisions).extracting((decision) -> decision.states().get(0).charge())
				.extracting(Charge::key)
				.containsExactly("42,eu%2Cwest", "alice", "root-1", "Expressions", "all:*");
			assertThat(this.decisions.get(0).states().get(0).charge().cost()).isEqualTo(3);
			assertThat(this.decisions.get(1).states().get(0).charge().cost()).isEqualTo(1);
		});
	}

	@Test
	void nearestAnnotationReplacesWhatItInherits() {
		this.runner.withBean(Inherited.class).run((context) -> {
			Inherited bean = context.getBean(Inherited.class);
			bean.fromInterface();
			bean.redeclared();
			bean.fromClass();
			bean.fromSuperclass();
			bean.exempt();
			assertThat(bean.toString()).isNotNull();
			assertThat(charged()).containsExactly("[interface-policy]", "[redeclared]", "[class-policy]", "[super]");
		});
	}

	@Test
	void methodOfAnExemptClassCanBeLimited() {
		with(ExemptClass.class, (calls) -> {
			calls.free();
			calls.limited();
			assertThat(charged()).containsExactly("[two]");
		});
	}

	@Test
	void annotationsCanBeComposed() {
		with(Composed.class, (calls) -> {
			calls.expensive();
			calls.alsoExpensive();
			assertThat(charged()).containsExactly("[composed-expensive]", "[composed-also-expensive]");
			assertThat(this.decisions.get(0).states().get(0).limit()).hasToString("7/1h");
		});
	}

	@Test
	void sameNameAndSameLimitsAreShared() {
		with(Shared.class, (calls) -> {
			calls.one();
			calls.two();
			assertThat(charged()).containsExactly("[shared]", "[shared]");
			assertThat(this.decisions.get(1).states().get(0).remaining()).isEqualTo(3);
		});
	}

	@Test
	void configurationOverridesWhatIsDeclaredInPlace() {
		this.runner.withBean(Expressions.class)
			.withPropertyValues("ratelimit.policies.expressions-named.key=#region,#order.id",
					"ratelimit.policies.expressions-named.cost=2", "ratelimit.policies.expressions-indexed.limits=1/1d",
					"ratelimit.policies.expressions-root.enabled=false")
			.run((context) -> {
				assertThat(context).hasNotFailed();
				Expressions calls = context.getBean(Expressions.class);
				calls.named(new Order("42", 3), "eu");
				calls.indexed("alice");
				calls.root("x");
				assertThat(this.decisions).hasSize(2);
				assertThat(this.decisions.get(0).states().get(0).charge()).satisfies((charge) -> {
					assertThat(charge.key()).isEqualTo("eu,42");
					assertThat(charge.cost()).isEqualTo(2);
					assertThat(charge.policy().limits()).hasToString("[100/1m]");
				});
				assertThat(this.decisions.get(1).states().get(0).limit()).hasToString("1/1d");
			});
	}

	@Test
	void callsThatMeetAConditionAreNotCounted() {
		with(Expressions.class, (calls) -> {
			calls.sparing("root");
			assertThat(charged()).isEmpty();
			calls.sparing("bob");
			calls.sparing("alice");
			assertThat(charged()).containsExactly("[expressions-sparing]", "[expressions-sparing, other]");
		});
		this.runner.withBean(Expressions.class)
			.withPropertyValues("ratelimit.policies.expressions-sparing.unless=#p0 == 'bob'")
			.run((context) -> {
				this.decisions.clear();
				context.getBean(Expressions.class).sparing("bob");
				context.getBean(Expressions.class).sparing("root");
				assertThat(charged()).containsExactly("[expressions-sparing]");
			});
	}

	@Test
	void keyIsShortAndPrintable() {
		this.runner.withBean(Expressions.class).run((context) -> {
			Expressions calls = context.getBean(Expressions.class);
			calls.indexed("a,b c");
			calls.indexed("x".repeat(65));
			assertThat(this.decisions).extracting((decision) -> decision.states().get(0).charge().key())
				.containsExactly("a%2Cb%20c", KeyText.hash("x".repeat(65)));
		});
	}

	@Test
	void limitsCanBeLeftToTheConfiguration() {
		this.runner.withBean(Bare.class)
			.withPropertyValues("ratelimit.policies.bare-call.limits=1/1m")
			.run((context) -> {
				context.getBean(Bare.class).call();
				assertThatThrownBy(context.getBean(Bare.class)::call).isInstanceOf(RateLimitExceededException.class);
			});
	}

	@Test
	void policyThatIsOffDoesNotLimit() {
		with(Off.class, (calls) -> {
			calls.call();
			calls.call();
			assertThat(this.decisions).isEmpty();
		});
	}

	@Test
	void policyDeclaredInPlaceIsFoundByItsName() {
		this.runner.withBean(Shared.class).run((context) -> {
			RateLimiter rateLimiter = context.getBean(RateLimiter.class);
			rateLimiter.tryAcquire("shared", "all:*", 5);
			assertThatThrownBy(context.getBean(Shared.class)::one).isInstanceOf(RateLimitExceededException.class);
		});
	}

	@Test
	void beanIsLimitedThoughItsTypeDoesNotTell() {
		this.runner.withUserConfiguration(Hidden.class)
			.withPropertyValues("ratelimit.policies.hidden-service-call.algorithm=fixed-window")
			.run((context) -> {
				assertThat(context).hasNotFailed();
				context.getBean(Runnable.class).run();
				assertThatThrownBy(context.getBean(Runnable.class)::run).isInstanceOf(RateLimitExceededException.class);
				assertThat(this.decisions.get(0).states().get(0).charge().policy().algorithm())
					.hasToString("fixed-window");
				context.getBean(Client.class).fetch("x");
				assertThatThrownBy(() -> context.getBean(Client.class).fetch("x"))
					.isInstanceOf(RateLimitExceededException.class);
			});
	}

	@Test
	void interfaceOfProxiesWithinProxiesIsLimited() {
		this.runner.withUserConfiguration(Repositories.class).run((context) -> {
			Repository repository = context.getBean(Repository.class);
			assertThat(repository.find()).isEqualTo("found");
			assertThatExceptionOfType(RateLimitExceededException.class).isThrownBy(repository::find);
		});
	}

	@Test
	void controllerThatHandlesNoRequestsIsLimitedAsOtherBeansAre() {
		with(Graph.class, (graph) -> {
			graph.query();
			assertThatExceptionOfType(RateLimitExceededException.class).isThrownBy(graph::query);
		});
	}

	@Test
	void adviceBehindFindsTheInvocationThatIsPassedOnLater() {
		this.runner.withUserConfiguration(Asking.class)
			.withBean(RateLimitStore.class, LateStore::new)
			.withPropertyValues("ratelimit.policies.two.limits=3/1m")
			.withBean(Calls.class)
			.run((context) -> {
				Calls calls = context.getBean(Calls.class);
				StepVerifier.create(calls.mono("a")).expectNext("a").verifyComplete();
				StepVerifier.create(calls.flux("a")).expectNext("a", "a").verifyComplete();
				assertThat(calls.future("a").get(5, TimeUnit.SECONDS)).isEqualTo("a");
			});
	}

	@Test
	void lazyBeansAreLimitedToo() {
		this.runner
			.withInitializer(
					(context) -> context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor()))
			.withBean(Calls.class)
			.run((context) -> {
				context.getBean(Calls.class).blocking("a");
				assertThat(charged()).containsExactly("[two]");
			});
	}

	@Test
	void rejectedCallReachesNoCacheAndCachedCallIsCharged() {
		this.runner.withUserConfiguration(Caching.class).run((context) -> {
			CachedCalls calls = context.getBean(CachedCalls.class);
			assertThat(calls.cached()).isEqualTo(calls.cached());
			assertThatThrownBy(calls::cached).isInstanceOf(RateLimitExceededException.class);
		});
	}

	@Test
	void asynchronousCallIsChargedOnce() {
		this.runner.withUserConfiguration(Asynchronous.class).run((context) -> {
			AsyncCalls calls = context.getBean(AsyncCalls.class);
			assertThat(calls.later().get(5, TimeUnit.SECONDS)).isEqualTo("later");
			assertThat(this.decisions).hasSize(1);
			calls.later().get(5, TimeUnit.SECONDS);
			assertThatThrownBy(() -> calls.later().get(5, TimeUnit.SECONDS))
				.hasRootCauseInstanceOf(RateLimitExceededException.class);
		});
	}

	@Test
	void beansWithoutAnnotationsAreNotProxied() {
		this.runner.withBean(Plain.class).withBean(Calls.class).run((context) -> {
			assertThat(AopUtils.isAopProxy(context.getBean(Plain.class))).isFalse();
			assertThat(AopUtils.isCglibProxy(context.getBean(Calls.class))).isTrue();
		});
	}

	@Test
	void beansAreProxiedThoughAspectsAreOff() {
		this.runner.withPropertyValues("spring.aop.auto=false").withBean(Calls.class).run((context) -> {
			context.getBean(Calls.class).blocking("a");
			assertThat(this.decisions).hasSize(1);
		});
	}

	private <T> void with(Class<T> type, Code<T> code) {
		this.runner.withBean(type).run((context) -> {
			assertThat(context).hasNotFailed();
			code.run(context.getBean(type));
		});
	}

	private List<String> charged() {
		return this.decisions.stream()
			.map((decision) -> decision.states().stream().map((state) -> state.charge().policy().name()).toList())
			.map(List::toString)
			.toList();
	}

	@FunctionalInterface
	interface Code<T> {

		void run(T bean) throws Exception;

	}

	static class Tried {

		@RateLimit(limits = "1/1h", enforce = false)
		void call() {
		}

	}

	static class Calls {

		private final AtomicInteger count = new AtomicInteger();

		AtomicInteger count() {
			return this.count;
		}

		@RateLimit("two")
		String blocking(String text) {
			this.count.incrementAndGet();
			return text;
		}

		@RateLimit("two")
		CompletionStage<String> stage(String text) {
			return future(text);
		}

		@RateLimit("two")
		CompletableFuture<String> future(String text) {
			this.count.incrementAndGet();
			if (text.equals("throw")) {
				throw new IllegalArgumentException("thrown");
			}
			return text.equals("fail") ? CompletableFuture.failedFuture(new IllegalStateException("failed"))
					: CompletableFuture.completedFuture(text);
		}

		@RateLimit("two")
		Mono<String> mono(String text) {
			this.count.incrementAndGet();
			return Mono.just(text);
		}

		@RateLimit("two")
		Flux<String> flux(String text) {
			this.count.incrementAndGet();
			return Flux.just(text, text);
		}

	}

	static class Several {

		@RateLimit("two")
		@RateLimit("other")
		void call() {
		}

	}

	record Order(String id, long items) {
	}

	static class Expressions {

		@RateLimit(limits = "100/1m", key = { "#order.id", "#region" }, cost = "#order.items")
		void named(Order order, String region) {
		}

		@RateLimit(limits = "100/1m", key = "#p0")
		void indexed(String user) {
		}

		@RateLimit(limits = "100/1m", key = "#root.methodName + '-' + #root.args.length")
		void root(String text) {
		}

		@RateLimit(limits = "100/1m", key = "@environment.getProperty('missing') ?: #root.targetClass.simpleName")
		void beans(String text) {
		}

		@RateLimit(limits = "100/1m", unless = "#user == 'root'")
		@RateLimit(policy = "other", unless = "@environment.getProperty('missing') == null && #p0 != 'alice'")
		void sparing(String user) {
		}

		@RateLimit(limits = "100/1m", key = "#user")
		void unknown(String user) {
		}

	}

	@RateLimit(name = "interface-class", limits = "9/1m")
	interface Contract {

		@RateLimit(name = "interface-policy", limits = "9/1m")
		void fromInterface();

		@RateLimit(name = "interface-redeclared", limits = "9/1m")
		void redeclared();

	}

	static class Base {

		@RateLimit(name = "super", limits = "9/1m")
		public void fromSuperclass() {
		}

	}

	@RateLimit(name = "class-policy", limits = "9/1m")
	static class Inherited extends Base implements Contract {

		@Override
		public void fromInterface() {
		}

		@Override
		@RateLimit(name = "redeclared", limits = "9/1m")
		public void redeclared() {
		}

		public void fromClass() {
		}

		@RateLimit.Exempt
		public void exempt() {
		}

		@Override
		public String toString() {
			return "inherited";
		}

	}

	@RateLimit.Exempt
	static class ExemptClass {

		public void free() {
		}

		@RateLimit("two")
		public void limited() {
		}

	}

	@Target(ElementType.METHOD)
	@Retention(RetentionPolicy.RUNTIME)
	@RateLimit
	@interface Expensive {

		@AliasFor(annotation = RateLimit.class)
		String[] limits() default "9/1h";

	}

	static class Composed {

		@Expensive(limits = "7/1h")
		void expensive() {
		}

		@Expensive
		void alsoExpensive() {
		}

	}

	static class Shared {

		@RateLimit(name = "shared", limits = "5/1m")
		void one() {
		}

		@RateLimit(name = "shared", limits = "5/1m")
		void two() {
		}

	}

	static class Bare {

		@RateLimit
		void call() {
		}

	}

	static class Off {

		@RateLimit("off")
		void call() {
		}

	}

	static class HiddenService implements Runnable {

		@Override
		@RateLimit(name = "hidden-service-call", limits = "1/1m")
		public void run() {
		}

	}

	interface Client {

		@RateLimit(limits = "1/1m", key = "#path")
		String fetch(String path);

	}

	@Configuration(proxyBeanMethods = false)
	static class Hidden {

		@Bean
		Runnable hiddenService() {
			return new HiddenService();
		}

		@Bean
		FactoryBean<Client> client() {
			return new FactoryBean<>() {

				@Override
				public Client getObject() {
					return (Client) Proxy.newProxyInstance(Client.class.getClassLoader(),
							new Class<?>[] { Client.class }, (proxy, method, args) -> "fetched");
				}

				@Override
				public Class<?> getObjectType() {
					return Client.class;
				}

			};
		}

	}

	static class CachedCalls {

		private final AtomicInteger count = new AtomicInteger();

		@RateLimit("two")
		@Cacheable("calls")
		public int cached() {
			return this.count.incrementAndGet();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableCaching
	static class Caching {

		@Bean
		CachedCalls cachedCalls() {
			return new CachedCalls();
		}

		@Bean
		ConcurrentMapCacheManager cacheManager() {
			return new ConcurrentMapCacheManager();
		}

	}

	static class AsyncCalls {

		@Async
		@RateLimit("two")
		public CompletableFuture<String> later() {
			return CompletableFuture.completedFuture("later");
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAsync
	static class Asynchronous {

		@Bean
		AsyncCalls asyncCalls() {
			return new AsyncCalls();
		}

	}

	static class Plain {

	}

	@RateLimit(limits = "1/1m")
	interface Repository {

		String find();

	}

	@Configuration(proxyBeanMethods = false)
	static class Repositories {

		@Bean
		FactoryBean<Repository> repository() {
			ProxyFactory proxy = new ProxyFactory(Repository.class, (MethodInterceptor) (call) -> "found");
			proxy.setTarget("of another class, as in Spring Data");
			return new FactoryBean<>() {

				@Override
				public Repository getObject() {
					return (Repository) proxy.getProxy();
				}

				@Override
				public Class<?> getObjectType() {
					return Repository.class;
				}

			};
		}

	}

	@Controller
	@RateLimit(limits = "1/1m")
	static class Graph {

		public void query() {
		}

	}

	/** Aspects ask for the invocation as this advice does. */
	@Configuration(proxyBeanMethods = false)
	static class Asking {

		private static final Pointcut ANNOTATED = AnnotationMatchingPointcut.forMethodAnnotation(RateLimit.class);

		@Bean
		@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
		static Advisor exposing() {
			DefaultPointcutAdvisor advisor = new DefaultPointcutAdvisor(ANNOTATED,
					ExposeInvocationInterceptor.INSTANCE);
			advisor.setOrder(Ordered.HIGHEST_PRECEDENCE);
			return advisor;
		}

		@Bean
		@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
		static Advisor asking() {
			DefaultPointcutAdvisor advisor = new DefaultPointcutAdvisor(ANNOTATED, (MethodInterceptor) (invocation) -> {
				assertThat(ExposeInvocationInterceptor.currentInvocation().getMethod())
					.isEqualTo(invocation.getMethod());
				return invocation.proceed();
			});
			advisor.setOrder(Ordered.LOWEST_PRECEDENCE);
			return advisor;
		}

	}

	/** Answers on another thread. */
	static class LateStore extends SilentStore {

		private final RateLimitStore store = new MemoryRateLimitStore();

		@Override
		public CompletionStage<Decision> acquire(List<Charge> charges) {
			return this.store.acquire(charges)
				.thenApplyAsync((decision) -> decision, CompletableFuture.delayedExecutor(50, TimeUnit.MILLISECONDS));
		}

	}

	/** Never answers. */
	static class SilentStore implements RateLimitStore {

		@Override
		public String name() {
			return "silent";
		}

		@Override
		public CompletionStage<Decision> acquire(List<Charge> charges) {
			return new CompletableFuture<>();
		}

		@Override
		public CompletionStage<Void> settle(Decision decision, List<Charge> actual) {
			return new CompletableFuture<>();
		}

		@Override
		public CompletionStage<Void> reset(Policy policy, String key) {
			return new CompletableFuture<>();
		}

	}

}
