package io.github.ratelimit.web;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Charge;
import io.github.ratelimit.InvalidPolicyException;
import io.github.ratelimit.Limit;
import io.github.ratelimit.Policy;

import org.springframework.beans.factory.support.StaticListableBeanFactory;
import org.springframework.web.util.pattern.PathPatternParser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests of {@link RequestPolicies}, and of who is exempt from them.
 */
class RequestPoliciesTests {

	private final StubRequest request = new StubRequest();

	private final List<Policy> exempt = new ArrayList<>();

	@ParameterizedTest
	@CsvSource({ "10.1.2.3, , true", "192.0.2.1, , false", "192.0.2.7, , true", "::ffff:10.1.2.3, , true",
			"2001:db8::1, , true", "2001:db9::1, , false", "somewhere, , false", "192.0.2.1, root, true",
			"192.0.2.1, alice, false" })
	void listedCallersAreExempt(String address, String principal, boolean exempt) {
		ListedCallers listed = ListedCallers.parse("exempt-addresses",
				List.of("10.0.0.0/8", "192.0.2.7", "2001:db8::/32"), List.of("SUPPORT", "ADMIN"));
		assertThat(listed.test(this.request.at(address).from(principal))).isEqualTo(exempt);
	}

	@Test
	void nobodyIsExemptByAnEmptyList() {
		assertThat(ListedCallers.parse("exempt-addresses", List.of(), List.of()).test(this.request.from("root")))
			.isFalse();
	}

	@ParameterizedTest
	@ValueSource(strings = { "office", "0.0.0.0/0", "10.0.0.1/8" })
	void malformedListIsRefused(String address) {
		assertThatExceptionOfType(InvalidPolicyException.class)
			.isThrownBy(() -> ListedCallers.parse("exempt-addresses", List.of(address), List.of()))
			.satisfies((ex) -> assertThat(ex.part()).isEqualTo("exempt-addresses"));
	}

	@ParameterizedTest
	@CsvSource(delimiter = ';',
			value = { "header:X-Api-Key; /v1/**; POST; ip; /v1/**; ; false", "cookie:c; /v1/**; POST; ip; /**; ; false",
					"param:p; /v1/**; POST; all; /**; POST, GET; false", "host; /v1/**; ; principal | ip; /**; ; false",
					"header:X-Api-Key; /v1/**; POST; ip; /v2/**; ; true", "header:X-Api-Key; /**; ; ip; /v1/**; ; true",
					"header:X-Api-Key; /v1/**; ; ip; /v1/**; POST; true",
					"header:X-Api-Key; /v1/**; POST; ip; /v1/**; GET; true",
					"header:X-Api-Key; /v1/**; ; cookie:c; /v1/**; ; true",
					"principal | header:X-Api-Key; /v1/**; ; header:X-Api-Key; /v1/**; ; true",
					"principal; /v1/**; ; ip; /v2/**; ; false" })
	void callersGetAroundWhatCountsByValuesOfTheirOwn(String key, String path, String methods, String otherKey,
			String otherPath, String otherMethods, boolean evadable) {
		RequestPolicy policy = policy(key, path, methods);
		assertThat(policy.isEvadable(List.of(policy, policy(otherKey, otherPath, otherMethods)))).isEqualTo(evadable);
	}

	@Test
	void exemptionHoldsForAllPoliciesAndIsAskedOnceAndOnlyIfOneApplies() {
		AtomicInteger asked = new AtomicInteger();
		RateLimitExemption partners = (request) -> asked.incrementAndGet() > 0 && request.header("X-Partner") != null;
		RequestPolicies policies = policies(partners, "/orders/**", "/orders/**");
		assertThat(charges(policies)).hasSize(2);
		assertThat(asked).hasValue(1);
		assertThat(this.exempt).isEmpty();
		this.request.with("X-Partner", "yes");
		assertThat(charges(policies)).isEmpty();
		assertThat(asked).hasValue(2);
		assertThat(this.exempt).hasSize(2);
		assertThat(charges(policies(partners, "/other"))).isEmpty();
		assertThat(asked).hasValue(2);
		assertThat(this.exempt).hasSize(2);
	}

	@Test
	void exemptionFromOnePolicyIsToldOfWhereThatPolicyApplies() {
		RequestPolicy counts = policies((request) -> false, "/orders/**").policies().get(0);
		RequestPolicy inside = exempting("inside", "/orders/**");
		RequestPolicies policies = policies((request) -> false)
			.with(List.of(inside, exempting("other", "/other"), counts));
		assertThat(charges(policies)).containsExactly(counts.charge(this.request).join());
		assertThat(this.exempt).containsExactly(inside.policy());
	}

	private static RequestPolicy exempting(String name, String path) {
		return new RequestPolicy(new Policy(name, Algorithm.SLIDING_WINDOW, Limit.parse("1/1m")), null,
				List.of(PathPatternParser.defaultInstance.parse(path)), List.of(), Set.of(),
				RequestKey.parse(List.of("ip"), Map.of(), 64), (request) -> 1, (request) -> true, null, false);
	}

	private List<Charge> charges(RequestPolicies policies) {
		return policies.charges(this.request, this.exempt::add).join();
	}

	@Test
	void exemptionThatFailsExemptsNobody() {
		RequestPolicies policies = policies((request) -> {
			throw new IllegalStateException("The list of partners is gone");
		}, "/orders/**");
		assertThatIllegalStateException().isThrownBy(() -> charges(policies));
	}

	@Test
	void requestIsSettledIfAPolicyThatAppliesToItDoesNotCountAllResponses() {
		RequestPolicy all = policies((request) -> false, "/**").policies().get(0);
		RequestPolicy some = new RequestPolicy(new Policy("some", Algorithm.SLIDING_WINDOW, Limit.parse("1/1m")), null,
				List.of(), List.of(), Set.of(), all.key(), (request) -> 1, (request) -> false,
				(response) -> response.status() == 401, false);
		RequestPolicies policies = new RequestPolicies(Stage.AFTER_SECURITY, List.of(all, some), List.of());
		assertThat(policies.settles(List.of(new Charge(all.policy(), "a")))).isFalse();
		assertThat(policies.settles(List.of(new Charge(all.policy(), "a"), new Charge(some.policy(), "a")))).isTrue();
	}

	@ParameterizedTest
	@CsvSource({ "401, true", "200, false" })
	void policyTakesNothingForWhatItDoesNotCount(int status, boolean counts) {
		RequestPolicy all = policies((request) -> false, "/**").policies().get(0);
		RequestPolicy failed = counting("failed", (response) -> response.status() == 401);
		RequestPolicy broken = counting("broken",
				PolicyExpression.countWhen("broken", "header('x').length() > 1", new StaticListableBeanFactory()));
		RequestPolicies policies = new RequestPolicies(Stage.AFTER_SECURITY, List.of(all, failed, broken), List.of());
		List<Charge> charged = policies.policies().stream().map((it) -> new Charge(it.policy(), "a")).toList();
		assertThat(policies.uncounted(charged, response(status)))
			.isEqualTo(counts ? List.of() : List.of(new Charge(failed.policy(), "a", 0)));
		assertThat(policies.uncounted(charged.subList(0, 1), response(status))).isEmpty();
	}

	private static RequestPolicy counting(String name, Predicate<RateLimitResponse> countWhen) {
		return new RequestPolicy(new Policy(name, Algorithm.SLIDING_WINDOW, Limit.parse("1/1m")), null, List.of(),
				List.of(), Set.of(), RequestKey.parse(List.of("ip"), Map.of(), 64), (request) -> 1, (request) -> false,
				countWhen, false);
	}

	private static RateLimitResponse response(int status) {
		return new RateLimitResponse() {

			@Override
			public int status() {
				return status;
			}

			@Override
			public @Nullable String header(String name) {
				return null;
			}

		};
	}

	@Test
	void namedPoliciesReplaceThoseOfTheSameNameAndMayNeedMoreOfTheRequest() {
		RequestPolicies policies = new RequestPolicies(Stage.AFTER_SECURITY, List.of(policy("ip", "/**", null)),
				List.of());
		RequestPolicy same = policy("all", "/orders/**", null);
		RequestPolicies replaced = policies.with(List.of(same));
		assertThat(replaced.policies()).containsExactly(same);
		assertThat(reads(replaced)).isFalse();
		assertThat(policies.with(List.of(exempting("other", "/**"))).policies()).hasSize(2);
		RequestPolicies more = policies.with(List.of(policy("host", "/**", null)));
		assertThat(reads(more)).isFalse();
		assertThat(reads(more.with(List.of(policy("param:p", "/other", null))))).isFalse();
		assertThat(reads(more.with(List.of(policy("param:p", "/**", "POST"))))).isFalse();
		RequestPolicies most = more.with(List.of(policy("param:p", "/**", null)));
		assertThat(reads(most)).isTrue();
		assertThat(reads(most.with(List.of()))).isTrue();
	}

	private boolean reads(RequestPolicies policies) {
		return policies.form(this.request.method(), this.request.path());
	}

	@ParameterizedTest
	@CsvSource({ "GET, GET, true", "HEAD, GET, true", "HEAD, POST, false", "POST, GET, false", "POST, , true",
			"PUT, 'POST, PUT', true" })
	void policyAppliesToItsMethods(String method, @Nullable String methods, boolean applies) {
		assertThat(policy("ip", "/**", methods).appliesTo(method, this.request.path())).isEqualTo(applies);
	}

	@Test
	void chargesAwaitThePlansOfThoseThatAreAsked() {
		CompletableFuture<Policy> plan = new CompletableFuture<>();
		RequestPolicy known = policy("ip", "/**", null);
		RequestPolicy asked = new RequestPolicy(known.policy(), (key, request) -> plan, known.paths(), List.of(),
				Set.of(), known.key(), known.cost(), known.exempt(), null, false);
		CompletableFuture<List<Charge>> charges = new RequestPolicies(Stage.AFTER_SECURITY, List.of(known, asked),
				List.of())
			.charges(this.request, this.exempt::add);
		assertThat(charges).isNotDone();
		plan.complete(known.policy());
		assertThat(charges).isCompletedWithValueMatching((all) -> all.size() == 2);
	}

	private static RequestPolicy policy(String key, String path, @Nullable String methods) {
		return new RequestPolicy(new Policy("a", Algorithm.SLIDING_WINDOW, Limit.parse("1/1m")), null,
				List.of(PathPatternParser.defaultInstance.parse(path)), List.of(),
				(methods != null) ? Set.of(methods.split(", ")) : Set.of(),
				RequestKey.parse(List.of(key), Map.of(), 64), (request) -> 1, (request) -> false, null,
				key.startsWith("param"));
	}

	private static RequestPolicies policies(RateLimitExemption exemption, String... paths) {
		RequestKey key = RequestKey.parse(List.of("ip"), Map.of(), 64);
		return new RequestPolicies(Stage.AFTER_SECURITY,
				List.of(paths)
					.stream()
					.map((path) -> new RequestPolicy(new Policy("api", Algorithm.SLIDING_WINDOW, Limit.parse("1/1m")),
							null, List.of(PathPatternParser.defaultInstance.parse(path)), List.of(), Set.of(), key,
							(request) -> 1, (request) -> false, null, false))
					.toList(),
				List.of(exemption));
	}

}
