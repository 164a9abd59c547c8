package io.github.ratelimit.annotation;

import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.autoconfigure.MemoryRateLimitStoreAutoConfiguration;
import io.github.ratelimit.autoconfigure.RateLimitAnnotationAutoConfiguration;
import io.github.ratelimit.autoconfigure.RateLimitAutoConfiguration;
import io.github.ratelimit.autoconfigure.RateLimitCallerAutoConfiguration;
import io.github.ratelimit.autoconfigure.RateLimitWebAutoConfiguration;
import io.github.ratelimit.autoconfigure.RateLimitWebMvcAutoConfiguration;

import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of annotations that stop the start.
 */
class InvalidAnnotationTests {

	private final WebApplicationContextRunner runner = new WebApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(RateLimitAutoConfiguration.class,
				MemoryRateLimitStoreAutoConfiguration.class, RateLimitAnnotationAutoConfiguration.class,
				RateLimitCallerAutoConfiguration.class, RateLimitWebAutoConfiguration.class,
				RateLimitWebMvcAutoConfiguration.class, WebMvcAutoConfiguration.class))
		.withPropertyValues("ratelimit.store.type=memory", "ratelimit.policies.login.limits=5/1m");

	static Stream<Arguments> mistakes() {
		return Stream.of(
				Arguments.of(UnknownPolicy.class, "UnknownPolicy.call",
						"policy 'logn': expected the name of a policy below ratelimit.policies"),
				Arguments.of(UnknownPolicyOnHandler.class, "UnknownPolicyOnHandler.call", "policy 'logn': expected"),
				Arguments.of(MalformedLimit.class, "MalformedLimit.call", "limits '5/minit': expected a limit such as"),
				Arguments.of(NoLimits.class, "NoLimits.call", "limits '': expected at least one limit"),
				Arguments.of(ImpossibleCost.class, "ImpossibleCost.call", "cost '6': expected a cost from 0 to 5"),
				Arguments.of(MalformedExpression.class, "MalformedExpression.call",
						"key '#user.': expected a SpEL expression over the arguments"),
				Arguments.of(UnknownVariable.class, "UnknownVariable.call",
						"key '#usr.name': expected variables out of [#a0, #p0, #root, #this, #user], not #usr"),
				Arguments.of(UnknownVariableInCost.class, "UnknownVariableInCost.call", "cost '#pages': expected"),
				Arguments.of(KeyOfHandler.class, "KeyOfHandler.call", "key '#user': expected ip, principal"),
				Arguments.of(CostOfHandler.class, "CostOfHandler.call", "cost '#pages': expected a number"),
				Arguments.of(NamedAndDeclared.class, "NamedAndDeclared.call",
						"policy 'login': expected either the name of a policy, or"),
				Arguments.of(NamedAndInShadow.class, "NamedAndInShadow.call",
						"policy 'login': expected either the name of a policy, or"),
				Arguments.of(SameNameOnceInShadow.class, "SameNameOnceInShadow.", "name 'same': expected a name"),
				Arguments.of(Twice.class, "Twice.call", "policy 'login': expected each policy once"),
				Arguments.of(TwoWithoutName.class, "TwoWithoutName.call",
						"policy 'two-without-name-call': expected each"),
				Arguments.of(ExemptAndLimited.class, "ExemptAndLimited.call", "or @RateLimit.Exempt, not both"),
				Arguments.of(Overloaded.class, "Overloaded.call",
						"name 'overloaded-call': expected a name that no other annotation has declared"),
				Arguments.of(SameNameOtherLimits.class, "SameNameOtherLimits.", "name 'same': expected a name"),
				Arguments.of(UnfitName.class, "UnfitName.call", "name 'Log in': expected a policy name of a-z"),
				Arguments.of(LongName.class, "LongName.", "at most 64 characters long"),
				Arguments.of(PrivateMethod.class, "PrivateMethod.call",
						"method 'call': expected a method that can be proxied"),
				Arguments.of(FinalMethod.class, "FinalMethod.call", "method 'call': expected"),
				Arguments.of(FinalMethodOfLimitedClass.class, "FinalMethodOfLimitedClass", "method 'call': expected"),
				Arguments.of(WrongUnless.class, "WrongUnless.call", "unless '#usr == null': expected variables"),
				Arguments.of(CountedResponse.class, "CountedResponse.call",
						"countWhen 'status == 401': expected nothing"),
				Arguments.of(StaticMethod.class, "StaticMethod.call", "method 'call': expected"));
	}

	@ParameterizedTest
	@MethodSource("mistakes")
	void stopsTheStart(Class<?> bean, String where, String what) {
		this.runner.withBean(bean)
			.run((context) -> assertThat(failure(context.getStartupFailure()))
				.startsWith("@RateLimit on " + InvalidAnnotationTests.class.getName() + "$" + where)
				.contains(what));
	}

	@ParameterizedTest
	@MethodSource("mistakes")
	void stopsTheStartThoughTheBeanIsLazy(Class<?> bean, String where, String what) {
		this.runner.withBean(bean)
			.withInitializer(
					(context) -> context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor()))
			.run((context) -> assertThat(failure(context.getStartupFailure())).contains(where, what));
	}

	@Test
	void classesOfTheSameNameStopTheStart() {
		this.runner.withBean("a", One.Service.class)
			.withBean("b", Two.Service.class)
			.run((context) -> assertThat(failure(context.getStartupFailure()))
				.contains("name 'service-call': expected a name that no other annotation has declared")
				.contains("One$Service.call has it", "Two$Service.call cannot be used"));
	}

	@Test
	void twoBeansOfOneClassAreNoCollision() {
		this.runner.withBean("a", One.Service.class)
			.withBean("b", One.Service.class)
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void overriddenKeyIsCheckedToo() {
		this.runner.withBean(One.Service.class)
			.withPropertyValues("ratelimit.policies.service-call.key=#usr")
			.run((context) -> assertThat(failure(context.getStartupFailure()))
				.contains("key '#usr': expected variables"));
	}

	@Test
	void overriddenLimitIsAMistakeOfTheProperty() {
		this.runner.withBean(One.Service.class)
			.withPropertyValues("ratelimit.policies.service-call.cost=7")
			.run((context) -> assertThat(context.getStartupFailure())
				.hasStackTraceContaining("Property 'ratelimit.policies.service-call.cost' cannot be used"));
	}

	@ParameterizedTest
	@CsvSource({ "paths, /x", "exclude-paths, /x", "methods, GET", "stage, before-security",
			"count-when, status == 200", "exempt-addresses, 10.0.0.1", "exempt-roles, ADMIN" })
	void whatIsSaidOfRequestsInAPolicyOnABeanStopsTheStart(String property, String value) {
		this.runner.withBean(One.Service.class)
			.withPropertyValues("ratelimit.policies.service-call." + property + "=" + value)
			.run((context) -> assertThat(context.getStartupFailure())
				.hasStackTraceContaining(property + " '" + value + "': expected nothing, because"));
	}

	@Test
	void nameWithoutHyphensStopsTheStart() {
		this.runner.withBean(One.Service.class)
			.withPropertyValues("ratelimit.policies.servicecall.limits=1/1m")
			.run((context) -> assertThat(context.getStartupFailure())
				.hasStackTraceContaining("a name other than that of 'service-call' without hyphens"));
	}

	private static String failure(Throwable failure) {
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			if (cause instanceof InvalidRateLimitAnnotationException) {
				return cause.getMessage();
			}
		}
		throw new AssertionError("No annotation is to blame", failure);
	}

	static class WrongUnless {

		@RateLimit(limits = "9/1m", unless = "#usr == null")
		void call(String user) {
		}

	}

	static class CountedResponse {

		@RateLimit(policy = "service-call", countWhen = "status == 401")
		void call() {
		}

	}

	static class UnknownPolicy {

		@RateLimit("logn")
		void call() {
		}

	}

	@Controller
	static class UnknownPolicyOnHandler {

		@GetMapping("/call")
		@RateLimit("logn")
		void call() {
		}

	}

	static class MalformedLimit {

		@RateLimit(limits = "5/minit")
		void call() {
		}

	}

	static class NoLimits {

		@RateLimit
		void call() {
		}

	}

	static class ImpossibleCost {

		@RateLimit(limits = "5/1m", cost = "6")
		void call() {
		}

	}

	static class MalformedExpression {

		@RateLimit(limits = "5/1m", key = "#user.")
		void call(String user) {
		}

	}

	static class UnknownVariable {

		@RateLimit(limits = "5/1m", key = "#usr.name")
		void call(String user) {
		}

	}

	static class UnknownVariableInCost {

		@RateLimit(value = "login", cost = "#pages")
		void call(String user) {
		}

	}

	@Controller
	static class KeyOfHandler {

		@GetMapping("/call")
		@RateLimit(limits = "5/1m", key = "#user")
		void call(String user) {
		}

	}

	@Controller
	static class CostOfHandler {

		@GetMapping("/call")
		@RateLimit(limits = "5/1m", cost = "#pages")
		void call(int pages) {
		}

	}

	static class NamedAndDeclared {

		@RateLimit(value = "login", algorithm = Algorithm.FIXED_WINDOW)
		void call() {
		}

	}

	static class NamedAndInShadow {

		@RateLimit(value = "login", enforce = false)
		void call() {
		}

	}

	static class SameNameOnceInShadow {

		@RateLimit(name = "same", limits = "5/1m")
		void one() {
		}

		@RateLimit(name = "same", limits = "5/1m", enforce = false)
		void other() {
		}

	}

	static class Twice {

		@RateLimit("login")
		@RateLimit("login")
		void call() {
		}

	}

	static class TwoWithoutName {

		@RateLimit(limits = "5/1m")
		@RateLimit(limits = "20/1h")
		void call() {
		}

	}

	static class ExemptAndLimited {

		@RateLimit("login")
		@RateLimit.Exempt
		void call() {
		}

	}

	static class Overloaded {

		@RateLimit(limits = "5/1m")
		void call() {
		}

		@RateLimit(limits = "5/1m")
		void call(String user) {
		}

	}

	static class SameNameOtherLimits {

		@RateLimit(name = "same", limits = "5/1m")
		void one() {
		}

		@RateLimit(name = "same", limits = "6/1m")
		void two() {
		}

	}

	static class UnfitName {

		@RateLimit(name = "Log in", limits = "5/1m")
		void call() {
		}

	}

	static class LongName {

		@RateLimit(limits = "5/1m")
		void aMethodWhoseNameIsSoLongThatNoPolicyCanBeNamedAfterItWhateverItsClass() {
		}

	}

	static class PrivateMethod {

		@RateLimit("login")
		private void call() {
		}

	}

	static class FinalMethod {

		@RateLimit("login")
		final void call() {
		}

	}

	@RateLimit("login")
	static class FinalMethodOfLimitedClass {

		public final void call() {
		}

	}

	static class StaticMethod {

		@RateLimit("login")
		static void call() {
		}

	}

	static class One {

		static class Service {

			@RateLimit(limits = "5/1m")
			void call() {
			}

		}

	}

	static class Two {

		static class Service {

			@RateLimit(limits = "5/1m")
			void call() {
			}

		}

	}

}
