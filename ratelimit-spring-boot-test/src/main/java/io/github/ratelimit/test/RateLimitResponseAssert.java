package io.github.ratelimit.test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.assertj.core.api.AbstractAssert;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;

/**
 * Assertions on what a response tells its caller of limits: its status, and the fields of
 * {@code ratelimit.web.headers=draft}, which is the default.
 */
public final class RateLimitResponseAssert extends AbstractAssert<RateLimitResponseAssert, ResponseEntity<Void>> {

	private static final String POLICY = "RateLimit-Policy";

	private static final String LIMIT = "RateLimit";

	RateLimitResponseAssert(ResponseEntity<Void> response) {
		super(response, RateLimitResponseAssert.class);
	}

	/**
	 * Verifies that the response is no rejection.
	 * @return this
	 */
	public RateLimitResponseAssert isAllowed() {
		if (isTooManyRequests()) {
			failWithMessage("Expected the call to be allowed, but it was rejected: %s", told());
		}
		return this;
	}

	/**
	 * Verifies that the response is a rejection, which has status 429 unless the policy
	 * says otherwise.
	 * @return this
	 */
	public RateLimitResponseAssert isRejected() {
		if (!isTooManyRequests()) {
			failWithMessage("Expected the call to be rejected, but it was answered with %s: %s",
					this.actual.getStatusCode(), told());
		}
		return this;
	}

	/**
	 * Verifies that the caller is told of no limits, as it is where none apply.
	 * @return this
	 */
	public RateLimitResponseAssert isNotLimited() {
		if (this.actual.getHeaders().containsHeader(POLICY)) {
			failWithMessage("Expected no limits, but there are %s", told());
		}
		return this;
	}

	/**
	 * Verifies a limit that the caller is told of.
	 * @param limit the name of the policy, such as {@code api}; with the window if it has
	 * several limits, such as {@code login-1m}
	 * @param permits permits per window
	 * @param window the window
	 * @return this
	 */
	public RateLimitResponseAssert hasLimit(String limit, long permits, Duration window) {
		compare("permits per window", permits, number(POLICY, limit, "q"));
		compare("seconds of window", window.toSeconds(), number(POLICY, limit, "w"));
		return this;
	}

	/**
	 * Verifies how many permits the caller is told to have left.
	 * @param limit the name of the limit, such as {@code api} or {@code login-1m}
	 * @param permits how many
	 * @return this
	 */
	public RateLimitResponseAssert hasRemaining(String limit, long permits) {
		compare("remaining permits", permits, number(LIMIT, limit, "r"));
		return this;
	}

	/**
	 * Verifies when the caller is told to come again.
	 * @param time whole seconds
	 * @return this
	 */
	public RateLimitResponseAssert hasRetryAfter(Duration time) {
		String seconds = this.actual.getHeaders().getFirst(HttpHeaders.RETRY_AFTER);
		if (!String.valueOf(time.toSeconds()).equals(seconds)) {
			failWithMessage("Expected Retry-After %d, but it is %s", time.toSeconds(), seconds);
		}
		return this;
	}

	private boolean isTooManyRequests() {
		return this.actual.getStatusCode().isSameCodeAs(HttpStatus.TOO_MANY_REQUESTS);
	}

	private void compare(String what, long expected, @Nullable Long found) {
		if (found == null || found != expected) {
			failWithMessage("Expected %d %s, but the caller is told %s", expected, what, told());
		}
	}

	/** A parameter of a member of a list of RFC 9651, as this library writes them. */
	private @Nullable Long number(String field, String limit, String parameter) {
		Pattern member = Pattern.compile('"' + Pattern.quote(limit) + "\"[^,]*;" + parameter + "=(\\d+)");
		Matcher matcher = member.matcher(String.join(", ", this.actual.getHeaders().getOrEmpty(field)));
		return matcher.find() ? Long.valueOf(matcher.group(1)) : null;
	}

	private List<String> told() {
		List<String> told = new ArrayList<>();
		for (String field : List.of(POLICY, LIMIT, HttpHeaders.RETRY_AFTER)) {
			this.actual.getHeaders().getOrEmpty(field).forEach((value) -> told.add(field + ": " + value));
		}
		return told;
	}

}
