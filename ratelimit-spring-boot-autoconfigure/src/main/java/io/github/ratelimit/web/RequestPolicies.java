package io.github.ratelimit.web;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import io.github.ratelimit.Charge;
import io.github.ratelimit.Policy;

import org.springframework.http.server.PathContainer;

/**
 * All policies of one stage that may apply to a request.
 *
 * @param stage when they are enforced
 * @param policies the policies, in the order in which they are reported
 * @param exemptions who is exempt from all of them
 */
public record RequestPolicies(Stage stage, List<RequestPolicy> policies, List<RateLimitExemption> exemptions) {

	public RequestPolicies {
		policies = List.copyOf(policies);
		exemptions = List.copyOf(exemptions);
	}

	/**
	 * Adds policies.
	 * @param named policies that replace those of the same name, so that none is charged
	 * twice
	 * @return these and the added ones
	 */
	public RequestPolicies with(List<RequestPolicy> named) {
		Set<String> names = named.stream().map((policy) -> policy.policy().name()).collect(Collectors.toSet());
		List<RequestPolicy> all = new ArrayList<>(this.policies);
		all.removeIf((policy) -> names.contains(policy.policy().name()));
		all.addAll(named);
		return new RequestPolicies(this.stage, all, this.exemptions);
	}

	/**
	 * The same without any policy.
	 * @return what applies to handlers that are exempt
	 */
	public RequestPolicies none() {
		return new RequestPolicies(this.stage, List.of(), List.of());
	}

	/**
	 * Whether a form has to be read before charges are made.
	 * @param method the method of the request, in upper case
	 * @param path its path within the application
	 * @return false if no policy that applies to the request may ask for it
	 */
	public boolean form(String method, PathContainer path) {
		for (RequestPolicy policy : this.policies) {
			if (policy.form() && policy.appliesTo(method, path)) {
				return true;
			}
		}
		return false;
	}

	/**
	 * What a request must pay: one charge for every policy that applies to it.
	 * @param request the request
	 * @param exempt told of every policy that applies, but from which the request is
	 * exempt
	 * @return empty if none applies, or the request is exempt from all; completed at once
	 * unless somebody has to be asked for a plan, and then in time for a decision
	 */
	public CompletableFuture<List<Charge>> charges(RateLimitRequest request, Consumer<Policy> exempt) {
		List<CompletableFuture<Charge>> charges = new ArrayList<>(2);
		boolean fromAll = false;
		for (RequestPolicy policy : this.policies) {
			if (policy.appliesTo(request.method(), request.path())) {
				boolean counts = !fromAll && !policy.exempt().test(request);
				fromAll = fromAll || (counts && charges.isEmpty() && exempts(request));
				if (counts && !fromAll) {
					charges.add(policy.charge(request));
				}
				else {
					exempt.accept(policy.policy());
				}
			}
		}
		return together(charges);
	}

	/** Mostly, nothing is awaited. */
	private static CompletableFuture<List<Charge>> together(List<CompletableFuture<Charge>> charges) {
		for (CompletableFuture<Charge> charge : charges) {
			if (!charge.isDone()) {
				return CompletableFuture.allOf(charges.toArray(CompletableFuture<?>[]::new))
					.thenApply((done) -> charges.stream().map(CompletableFuture::join).toList());
			}
		}
		List<Charge> known = new ArrayList<>(charges.size());
		for (CompletableFuture<Charge> charge : charges) {
			known.add(charge.join());
		}
		return CompletableFuture.completedFuture(known);
	}

	/**
	 * Whether it depends on the response what a request must pay.
	 * @param charges what it must pay if it counts
	 * @return true if a policy that is charged does not count all responses
	 */
	public boolean settles(List<Charge> charges) {
		for (RequestPolicy policy : this.policies) {
			if (policy.countWhen() != null && charges(policy.policy().name(), charges)) {
				return true;
			}
		}
		return false;
	}

	private static boolean charges(String policy, List<Charge> charges) {
		for (Charge charge : charges) {
			if (charge.policy().name().equals(policy)) {
				return true;
			}
		}
		return false;
	}

	/**
	 * What a request need not have paid.
	 * @param charged what was charged
	 * @param response the response
	 * @return the charges of the policies that do not count it, at cost 0
	 */
	public List<Charge> uncounted(List<Charge> charged, RateLimitResponse response) {
		List<Charge> uncounted = new ArrayList<>();
		for (RequestPolicy policy : this.policies) {
			Predicate<RateLimitResponse> countWhen = policy.countWhen();
			for (Charge charge : charged) {
				if (countWhen != null && charge.policy().name().equals(policy.policy().name())
						&& !countWhen.test(response)) {
					uncounted.add(new Charge(charge.policy(), charge.key(), 0));
				}
			}
		}
		return uncounted;
	}

	private boolean exempts(RateLimitRequest request) {
		for (RateLimitExemption exemption : this.exemptions) {
			if (exemption.exempts(request)) {
				return true;
			}
		}
		return false;
	}

}
