package io.github.ratelimit.web;

import java.util.Map;
import java.util.function.Function;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.InvalidPolicyException;
import io.github.ratelimit.Limit;
import io.github.ratelimit.Policy;

import org.springframework.beans.factory.support.StaticListableBeanFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of {@link RequestPlans}, and of {@link PolicyExpression}, which says which one a
 * request has.
 */
class RequestPlansTests {

	private static final Policy OTHERWISE = new Policy("api", Algorithm.SLIDING_WINDOW, Limit.parse("1/1m"));

	private static final Policy PRO = OTHERWISE.with(Limit.parseAll("9/1m"));

	private final StaticListableBeanFactory beans = new StaticListableBeanFactory();

	@ParameterizedTest
	@CsvSource({ "pro, pro, true", "pro, PRO, true", "proplan, pro_plan, true", "pro-plan, Pro Plan, true",
			"pro, free, false", "pro, '', false", "pro, , false", "pro, prof, false", "ПРО, про, true" })
	void namesAreComparedByLettersAndDigits(String plan, String asked, boolean found) {
		RequestPlans plans = new RequestPlans(Map.of(plan, PRO), OTHERWISE,
				(key, request) -> CompletableFuture.completedFuture(asked));
		assertThat(plans.choose("ip:a", new StubRequest()).join()).isEqualTo(found ? PRO : OTHERWISE);
	}

	@Test
	void plansWithOneNameAreRefused() {
		assertThatExceptionOfType(InvalidPolicyException.class)
			.isThrownBy(() -> new RequestPlans(Map.of("pro-plan", PRO, "proPlan", PRO), OTHERWISE,
					(key, request) -> CompletableFuture.completedFuture("")))
			.satisfies((ex) -> assertThat(ex.part()).isEqualTo("plans"));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = { "header('X-Plan')|pro", "claim('plan')|", "hasRole('ADMIN') ? 'pro' : null|",
			"principal|alice", "method + '-plan'|GET-plan" })
	void planDependsOnTheRequest(String text, String expected) {
		assertThat(PolicyExpression.plan(text, this.beans).apply(new StubRequest().with("X-Plan", "pro").from("alice")))
			.isEqualTo(expected);
	}

	@ParameterizedTest
	@ValueSource(strings = { "header('X-None').concat('a')", "null?.a.b" })
	void whatIsNoTextIsAnError(String text) {
		Function<RateLimitRequest, String> plan = PolicyExpression.plan(text, this.beans);
		assertThatExceptionOfType(RateLimitExpressionException.class)
			.isThrownBy(() -> plan.apply(new StubRequest().with("X-Plan", "pro")));
	}

	@ParameterizedTest
	@ValueSource(strings = { "claim(", "", " ", "pro", "planResolver", "claims('plan')",
			"'pro' == principal ? 1 : plan", "1", "hasRole('ADMIN')", "claim" })
	void whatSaysNothingOfARequestIsRefused(String text) {
		assertThatExceptionOfType(InvalidPolicyException.class)
			.isThrownBy(() -> PolicyExpression.plan(text, this.beans))
			.satisfies((ex) -> assertThat(ex.part()).isEqualTo("plan"));
	}

}
