package io.github.ratelimit.web;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;

import org.jspecify.annotations.Nullable;

import io.github.ratelimit.Charge;
import io.github.ratelimit.Policy;

import org.springframework.http.server.PathContainer;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

/**
 * A policy and the requests to which it applies.
 *
 * @param policy the policy, as it is for requests of which nothing is known
 * @param choice says what the policy is for a request, or null if it is always the same
 * @param paths it applies to requests that match one of these
 * @param excludePaths but not to requests that match one of these
 * @param methods to requests with one of these methods, in upper case; to all if empty.
 * {@code GET} includes {@code HEAD}, which reaches the same handlers.
 * @param key who is counted
 * @param cost permits that a request takes
 * @param exempt requests that are not counted
 * @param countWhen responses that are counted, or null if all are
 * @param form whether the key or an expression may ask for a form, which then has to be
 * read
 */
public record RequestPolicy(Policy policy, @Nullable PolicyChoice choice, List<PathPattern> paths,
		List<PathPattern> excludePaths, Set<String> methods, RequestKey key, ToLongFunction<RateLimitRequest> cost,
		Predicate<RateLimitRequest> exempt, @Nullable Predicate<RateLimitResponse> countWhen, boolean form) {

	private static final List<PathPattern> EVERY_PATH = List.of(PathPatternParser.defaultInstance.parse("/**"));

	public RequestPolicy {
		paths = List.copyOf(paths);
		excludePaths = List.copyOf(excludePaths);
		methods = Set.copyOf(methods);
	}

	/**
	 * The same policy for a handler that names it.
	 * @return a policy that applies whatever the path
	 */
	public RequestPolicy onEveryPath() {
		return new RequestPolicy(this.policy, this.choice, EVERY_PATH, List.of(), this.methods, this.key, this.cost,
				this.exempt, this.countWhen, this.form);
	}

	/**
	 * Whether this policy applies to a request, which may be exempt from it all the same.
	 * @param method the method of the request, in upper case
	 * @param path its path within the application
	 * @return false if path or method do not match
	 */
	public boolean appliesTo(String method, PathContainer path) {
		return matches(this.paths, path) && includes(method) && !matches(this.excludePaths, path);
	}

	/**
	 * What a request must pay.
	 * @param request a request to which this policy applies
	 * @return the charge; completed at once unless somebody has to be asked for a plan
	 */
	public CompletableFuture<Charge> charge(RateLimitRequest request) {
		String counted = this.key.of(request);
		long permits = this.cost.applyAsLong(request);
		return (this.choice != null)
				? this.choice.choose(counted, request).thenApply((chosen) -> new Charge(chosen, counted, permits))
				: CompletableFuture.completedFuture(new Charge(this.policy, counted, permits));
	}

	/**
	 * Whether callers get around this policy by making up the values that it counts by.
	 * @param others all policies
	 * @return false if another one, which applies wherever this one does, goes by
	 * something that callers do not choose
	 */
	public boolean isEvadable(List<RequestPolicy> others) {
		return this.key.isChosenByCaller() && others.stream()
			.noneMatch((other) -> other.policy.enforced() && !other.key.isChosenByCaller() && other.covers(this));
	}

	private boolean covers(RequestPolicy other) {
		return (this.methods.isEmpty() || this.methods.containsAll(other.methods) && !other.methods.isEmpty())
				&& other.paths.stream()
					.allMatch((path) -> matches(this.paths, PathContainer.parsePath(path.getPatternString())));
	}

	private boolean includes(String method) {
		return this.methods.isEmpty() || this.methods.contains(method)
				|| (method.equals("HEAD") && this.methods.contains("GET"));
	}

	private static boolean matches(List<PathPattern> patterns, PathContainer path) {
		for (PathPattern pattern : patterns) {
			if (pattern.matches(path)) {
				return true;
			}
		}
		return false;
	}

}
