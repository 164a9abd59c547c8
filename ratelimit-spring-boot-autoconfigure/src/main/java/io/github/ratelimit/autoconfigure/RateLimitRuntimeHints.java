package io.github.ratelimit.autoconfigure;

import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.aot.hint.BindingReflectionHintsRegistrar;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.util.ClassUtils;

/**
 * What native images have to keep though no code names it: scripts, what expressions call
 * by name, and what Actuator writes. Properties and methods with {@code @RateLimit} are
 * kept by what they are annotated with.
 */
final class RateLimitRuntimeHints implements RuntimeHintsRegistrar {

	private static final String ROOT = "io.github.ratelimit.";

	/**
	 * The interfaces are asked for what they have when an expression is parsed. Those
	 * that are of a library that is not there are left out.
	 */
	private static final List<String> EXPRESSION_ROOTS = List.of("web.RateLimitRequest", "web.RateLimitResponse",
			"web.servlet.ServletRateLimitRequest", "web.servlet.SettlementFilter$View",
			"web.reactive.ReactiveRateLimitRequest", "web.reactive.ReactiveRateLimiter$View",
			"annotation.CallExpressions$Root");

	/** The endpoint says of one method only that it returns an object. */
	private static final List<String> ANSWERS = List.of("PolicyDetails", "CallerDescriptor");

	@Override
	public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
		hints.resources().registerPattern("io/github/ratelimit/redis/*.lua");
		for (String root : EXPRESSION_ROOTS) {
			hints.reflection().registerTypeIfPresent(classLoader, ROOT + root, MemberCategory.INVOKE_PUBLIC_METHODS);
		}
		for (String answer : ANSWERS) {
			Class<?> type = ClassUtils.resolveClassName(ROOT + "actuate.RateLimitDescriptors$" + answer, classLoader);
			new BindingReflectionHintsRegistrar().registerReflectionHints(hints.reflection(), type);
		}
	}

}
