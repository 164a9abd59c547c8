package io.github.ratelimit.web.security;

import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.beans.factory.SmartInitializingSingleton;

/**
 * Warns of filter chains of Spring Security, on either stack, in which requests may be
 * authenticated before they are counted.
 */
public final class SecurityChainCheck implements SmartInitializingSingleton {

	private static final Log logger = LogFactory.getLog(SecurityChainCheck.class);

	private final Object limits;

	private final BooleanSupplier wanted;

	private final Supplier<Map<String, List<?>>> chains;

	/**
	 * Creates a check.
	 * @param limits the filter that counts
	 * @param wanted whether there is a policy that it counts for
	 * @param chains the filters of each chain, in order, by what the chain is for
	 */
	public SecurityChainCheck(Object limits, BooleanSupplier wanted, Supplier<Map<String, List<?>>> chains) {
		this.limits = limits;
		this.wanted = wanted;
		this.chains = chains;
	}

	@Override
	public void afterSingletonsInstantiated() {
		if (this.wanted.getAsBoolean()) {
			this.chains.get().forEach(this::check);
		}
	}

	private void check(String chain, List<?> filters) {
		int place = filters.indexOf(this.limits);
		if (place < 0 && !filters.isEmpty()) {
			logger.warn("The security filter chain '" + chain
					+ "' was not built from Spring's HttpSecurity bean (WebFlux:"
					+ " ServerHttpSecurity). Policies with 'stage: before-security' do not count requests that it rejects."
					+ " Build the chain from that bean.");
		}
		filters.stream()
			.limit(Math.max(place, 0))
			.filter(SecurityChainCheck::mayAuthenticate)
			.forEach((filter) -> logger.warn("The security filter chain '" + chain + "' has "
					+ filter.getClass().getName()
					+ " ahead of the rate limits. Policies with 'stage: before-security' do not count requests that it"
					+ " rejects. If it authenticates, add it behind the CORS filter, for example with"
					+ " addFilterAfter(filter, LogoutFilter.class)."));
	}

	/** A filter that is not Spring's may do anything. */
	private static boolean mayAuthenticate(Object filter) {
		for (Class<?> type = filter.getClass(); type != null; type = type.getSuperclass()) {
			if (type.getSimpleName().contains("Authentication")) {
				return true;
			}
		}
		return !filter.getClass().getName().startsWith("org.springframework.");
	}

}
