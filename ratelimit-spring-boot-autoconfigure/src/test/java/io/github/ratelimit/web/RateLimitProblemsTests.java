package io.github.ratelimit.web;

import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Charge;
import io.github.ratelimit.Decision;
import io.github.ratelimit.InvalidPolicyException;
import io.github.ratelimit.Limit;
import io.github.ratelimit.LimitState;
import io.github.ratelimit.Policy;
import io.github.ratelimit.RateLimitExceededException;
import io.github.ratelimit.RateLimitStoreException;
import io.github.ratelimit.web.LegacyFields.ResetFormat;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of {@link RateLimitProblems}, and of what policies and applications change.
 */
class RateLimitProblemsTests {

	private static final RateLimitFields FIELDS = new RateLimitFields(HeaderStyle.DRAFT,
			new LegacyFields("A", "B", "C", ResetFormat.SECONDS), InstantSource.system());

	private final Map<String, PolicyAnswer> answers = new HashMap<>();

	@Test
	void rejectedCallerIsToldOfItsLimits() {
		ResponseEntity<ProblemDetail> response = problems().of(rejectedBy("api"), new StubRequest());
		assertThat(response.getStatusCode()).isEqualTo(HttpStatus.TOO_MANY_REQUESTS);
		assertThat(response.getBody()).satisfies((problem) -> {
			assertThat(problem.getType()).hasToString("https://iana.org/assignments/http-problem-types#quota-exceeded");
			assertThat(problem.getTitle()).isEqualTo("Quota Exceeded");
			assertThat(problem.getDetail()).isEqualTo("Limit api (1/1m) is used up. Retry in 7 seconds.");
		});
		assertThat(response.getHeaders().toSingleValueMap()).isEqualTo(Map.of("Cache-Control", "no-store",
				"RateLimit-Policy", "\"api\";q=1;w=60", "RateLimit", "\"api\";r=0;t=7", "Retry-After", "7"));
	}

	@ParameterizedTest
	@CsvSource({ "0, 1", "2100, 3" })
	void callerThatCouldNotBeDecidedIsToldWhenToComeAgain(long millis, String retryAfter) {
		ResponseEntity<ProblemDetail> response = problems()
			.of(RateLimitStoreException.unavailable("gone", null, Duration.ofMillis(millis)), new StubRequest());
		assertThat(response.getStatusCode()).isEqualTo(HttpStatus.SERVICE_UNAVAILABLE);
		assertThat(response.getBody()).satisfies((problem) -> {
			assertThat(problem.getType())
				.hasToString("https://iana.org/assignments/http-problem-types#temporary-reduced-capacity");
			assertThat(problem.getTitle()).isEqualTo("Temporary Reduced Capacity");
		});
		assertThat(response.getHeaders().toSingleValueMap())
			.isEqualTo(Map.of("Cache-Control", "no-store", "Retry-After", retryAfter));
	}

	@Test
	void otherFailuresAreNotKnown() {
		assertThat(RateLimitProblems.knows(rejectedBy("api"))).isTrue();
		assertThat(RateLimitProblems.knows(new RateLimitStoreException("gone", null))).isTrue();
		assertThat(RateLimitProblems.knows(new IllegalStateException())).isFalse();
	}

	@Test
	void firstPolicyThatHasSomethingToSaySaysIt() {
		this.answers.put("second", new PolicyAnswer(503, null));
		this.answers.put("third", new PolicyAnswer(400, "Not now."));
		ResponseEntity<ProblemDetail> response = problems().of(rejectedBy("first", "second", "third"),
				new StubRequest());
		assertThat(response.getStatusCode()).isEqualTo(HttpStatus.SERVICE_UNAVAILABLE);
		assertThat(response.getBody().getDetail()).startsWith("Limits first (1/1m), second (1/1m)");
		assertThat(problems().of(rejectedBy("third"), new StubRequest()).getBody().getDetail()).isEqualTo("Not now.");
		assertThat(problems().of(rejectedBy("fourth"), new StubRequest()).getStatusCode())
			.isEqualTo(HttpStatus.TOO_MANY_REQUESTS);
	}

	@Test
	void handlersChangeTheAnswerAndWhatTheyTakeAwayStaysAway() {
		ResponseEntity<ProblemDetail> response = problems((rejection) -> {
			rejection.problem().setDetail("Come back tomorrow.");
			rejection.headers().remove("RateLimit");
		}).of(rejectedBy("api"), new StubRequest());
		assertThat(response.getBody().getDetail()).isEqualTo("Come back tomorrow.");
		assertThat(response.getHeaders().get("RateLimit")).isEmpty();
		assertThat(response.getHeaders().get("Retry-After")).containsExactly("7");
	}

	@Test
	void redirectHasNoFieldsAboutLimits() {
		ResponseEntity<ProblemDetail> response = problems((rejection) -> rejection.redirectTo(URI.create("/busy")))
			.of(rejectedBy("api"), new StubRequest());
		assertThat(response.getStatusCode()).isEqualTo(HttpStatus.SEE_OTHER);
		assertThat(response.getHeaders().getLocation()).hasToString("/busy");
		assertThat(response.getHeaders().headerSet()).filteredOn((field) -> !field.getValue().isEmpty())
			.extracting(Map.Entry::getKey)
			.containsExactlyInAnyOrder(HttpHeaders.CACHE_CONTROL, HttpHeaders.LOCATION);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', nullValues = "none",
			value = { "none | false", "*/* | false", "text/html | true", "application/xhtml+xml | true",
					"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8 | true", "*/*, text/html | true",
					"application/json, text/html | false", "text/plain | false", "text | false" })
	void browsersAskForPages(@Nullable String accept, boolean html) {
		assertThat(RateLimitProblems.asksForHtml(accept)).isEqualTo(html);
	}

	@ParameterizedTest
	@ValueSource(ints = { 400, 599 })
	void statusOfAPolicyIsOneOfAnError(int status) {
		assertThat(new PolicyAnswer(status, null).speaks()).isTrue();
		int other = (status == 400) ? 399 : 600;
		assertThatExceptionOfType(InvalidPolicyException.class).isThrownBy(() -> new PolicyAnswer(other, null))
			.satisfies((ex) -> assertThat(ex.part()).isEqualTo("reject-status"));
	}

	@Test
	void detailOfAPolicyIsAText() {
		assertThat(new PolicyAnswer(null, "x".repeat(500)).speaks()).isTrue();
		assertThat(new PolicyAnswer(null, null).speaks()).isFalse();
		for (String detail : List.of("", " ", "x".repeat(501))) {
			assertThatExceptionOfType(InvalidPolicyException.class).isThrownBy(() -> new PolicyAnswer(null, detail))
				.satisfies((ex) -> assertThat(ex.part()).isEqualTo("reject-detail"));
		}
	}

	private RateLimitProblems problems(RateLimitRejectionHandler... handlers) {
		return new RateLimitProblems(FIELDS, () -> this.answers, List.of(handlers));
	}

	private static RateLimitExceededException rejectedBy(String... policies) {
		Duration wait = Duration.ofSeconds(7);
		return new RateLimitExceededException(new Decision(false, 0, List.of(policies)
			.stream()
			.map((name) -> new Policy(name, Algorithm.FIXED_WINDOW, Limit.parse("1/1m")))
			.map((policy) -> new LimitState(new Charge(policy, "a"), policy.limits().get(0), 0, wait, wait, wait))
			.toList()));
	}

}
