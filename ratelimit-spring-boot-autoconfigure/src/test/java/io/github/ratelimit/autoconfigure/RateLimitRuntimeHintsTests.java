package io.github.ratelimit.autoconfigure;

import java.io.IOException;
import java.lang.reflect.Method;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.github.ratelimit.actuate.RateLimitDescriptors.CallerDescriptor;
import io.github.ratelimit.actuate.RateLimitDescriptors.LimitStateDescriptor;
import io.github.ratelimit.actuate.RateLimitDescriptors.PolicyDetails;
import io.github.ratelimit.annotation.RateLimit;
import io.github.ratelimit.redis.RedisRateLimitStore;
import io.github.ratelimit.web.RateLimitRequest;
import io.github.ratelimit.web.RateLimitResponse;

import org.springframework.aot.generate.ClassNameGenerator;
import org.springframework.aot.generate.DefaultGenerationContext;
import org.springframework.aot.generate.GenerationContext;
import org.springframework.aot.generate.InMemoryGeneratedFiles;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.core.type.filter.AssignableTypeFilter;
import org.springframework.javapoet.ClassName;

import static org.assertj.core.api.Assertions.assertThat;

class RateLimitRuntimeHintsTests {

	private static final RuntimeHints HINTS = hints(Annotated.class, AnnotatedClass.class, Exempt.class, Several.class);

	@Test
	void everyScriptIsKept() throws IOException {
		Resource[] scripts = new PathMatchingResourcePatternResolver()
			.getResources("classpath*:io/github/ratelimit/redis/*.lua");
		assertThat(scripts).isNotEmpty();
		assertThat(scripts).allSatisfy((script) -> assertThat(RuntimeHintsPredicates.resource()
			.forResource(RedisRateLimitStore.class.getPackageName().replace('.', '/') + "/" + script.getFilename()))
			.accepts(HINTS));
	}

	static Stream<Class<?>> expressionRoots() {
		return Stream.of(RateLimitRequest.class, RateLimitResponse.class);
	}

	/** Expressions call methods of the class of what they are given. */
	@ParameterizedTest
	@MethodSource("expressionRoots")
	void whatExpressionsCallIsKept(Class<?> root) throws ReflectiveOperationException {
		ClassPathScanningCandidateComponentProvider scanner = new ClassPathScanningCandidateComponentProvider(false);
		scanner.addIncludeFilter(new AssignableTypeFilter(root));
		for (Method method : root.getMethods()) {
			assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(method)).as("%s", method).accepts(HINTS);
		}
		int found = 0;
		for (BeanDefinition definition : scanner.findCandidateComponents("io.github.ratelimit.web")) {
			Class<?> type = Class.forName(definition.getBeanClassName());
			if (type.getProtectionDomain().getCodeSource().equals(root.getProtectionDomain().getCodeSource())) {
				found++;
				for (Method method : root.getMethods()) {
					Method called = type.getMethod(method.getName(), method.getParameterTypes());
					assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(called)).as("%s", called)
						.accepts(HINTS);
				}
			}
		}
		assertThat(found).isGreaterThanOrEqualTo(2);
	}

	@Test
	void whatActuatorWritesIsKept() {
		for (Class<?> type : new Class<?>[] { PolicyDetails.class, CallerDescriptor.class,
				LimitStateDescriptor.class }) {
			assertThat(RuntimeHintsPredicates.reflection()
				.onMethodInvocation(type, type.getRecordComponents()[0].getName())).as("%s", type).accepts(HINTS);
		}
	}

	@ParameterizedTest
	@MethodSource("limited")
	void limitedMethodsAreKept(Class<?> type) {
		assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(type, "call")).accepts(HINTS);
	}

	static Stream<Class<?>> limited() {
		return Stream.of(Annotated.class, AnnotatedClass.class, Exempt.class, Several.class);
	}

	private static RuntimeHints hints(Class<?>... beans) {
		GenerationContext generation = new DefaultGenerationContext(
				new ClassNameGenerator(ClassName.get(RateLimitRuntimeHintsTests.class)), new InMemoryGeneratedFiles());
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
			context.register(MemoryRateLimitStoreAutoConfiguration.class, RateLimitAutoConfiguration.class);
			context.register(beans);
			new ApplicationContextAotGenerator().processAheadOfTime(context, generation);
		}
		return generation.getRuntimeHints();
	}

	static class Annotated {

		@RateLimit(limits = "1/1h")
		public void call() {
		}

	}

	@RateLimit(limits = "1/1h")
	static class AnnotatedClass {

		public void call() {
		}

	}

	static class Exempt {

		@RateLimit.Exempt
		public void call() {
		}

	}

	static class Several {

		@RateLimit(limits = "1/1h", name = "one")
		@RateLimit(limits = "1/1d", name = "other")
		public void call() {
		}

	}

}
