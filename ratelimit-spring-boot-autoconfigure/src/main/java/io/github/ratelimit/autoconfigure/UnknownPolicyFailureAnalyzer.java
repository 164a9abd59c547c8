package io.github.ratelimit.autoconfigure;

import io.github.ratelimit.UnknownPolicyException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Says which policy a bean asked for that nobody has defined.
 */
final class UnknownPolicyFailureAnalyzer extends AbstractFailureAnalyzer<UnknownPolicyException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, UnknownPolicyException cause) {
		return new ConfigurationError("Part:     policy that a bean asks for", cause.name(),
				"the name of a policy below ratelimit.policies, of one that an annotation declares, or of one that"
						+ " a PolicySource bean knows",
				cause.meant(), null)
			.analysis(cause);
	}

}
