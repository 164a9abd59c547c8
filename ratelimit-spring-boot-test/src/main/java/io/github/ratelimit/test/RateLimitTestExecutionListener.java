package io.github.ratelimit.test;

import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.github.ratelimit.Policy.Mode;
import io.github.ratelimit.RateLimitOverride;
import io.github.ratelimit.RateLimitOverrides;

import org.springframework.context.ApplicationContext;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.test.context.TestContext;
import org.springframework.test.context.TestContextAnnotationUtils;
import org.springframework.test.context.TestExecutionListener;

/**
 * Begins each test method with nothing spent, limited as the method or its class says.
 */
final class RateLimitTestExecutionListener implements TestExecutionListener {

	private static final String REASON = "@WithRateLimits(disabled = true)";

	@Override
	public void beforeTestMethod(TestContext test) {
		if (isLimited(test)) {
			ApplicationContext application = test.getApplicationContext();
			application.getBeanProvider(RateLimits.class).ifAvailable(RateLimits::reset);
			if (isDisabled(test)) {
				application.getBeanProvider(RateLimitOverrides.class).ifAvailable(RateLimitTestExecutionListener::off);
			}
		}
	}

	@Override
	public void afterTestMethod(TestContext test) {
		if (isLimited(test) && isDisabled(test)) {
			test.getApplicationContext()
				.getBeanProvider(RateLimitOverrides.class)
				.ifAvailable((overrides) -> overrides.remove(null, null).toCompletableFuture().join());
		}
	}

	private static void off(RateLimitOverrides overrides) {
		overrides.save(new RateLimitOverride(null, null, List.of(), Mode.OFF, null, REASON, "", Instant.now()))
			.toCompletableFuture()
			.join();
	}

	private static boolean isLimited(TestContext test) {
		return TestContextAnnotationUtils.hasAnnotation(test.getTestClass(), AutoConfigureRateLimit.class);
	}

	private static boolean isDisabled(TestContext test) {
		WithRateLimits said = said(test);
		return said != null && said.disabled();
	}

	private static @Nullable WithRateLimits said(TestContext test) {
		WithRateLimits said = AnnotatedElementUtils.findMergedAnnotation(test.getTestMethod(), WithRateLimits.class);
		return (said != null) ? said
				: TestContextAnnotationUtils.findMergedAnnotation(test.getTestClass(), WithRateLimits.class);
	}

}
