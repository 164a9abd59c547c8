package io.github.ratelimit.web;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.beans.factory.BeanFactory;

/**
 * The responses that count under a policy, by a condition that comes too late to fail:
 * then the response counts.
 */
public final class CountWhen implements Predicate<RateLimitResponse> {

	private static final Log logger = LogFactory.getLog(CountWhen.class);

	private final String policy;

	private final SpelCondition<RateLimitResponse> condition;

	private final AtomicBoolean failed = new AtomicBoolean();

	/**
	 * Parses a condition.
	 * @param policy the name of the policy
	 * @param text the condition over a {@link RateLimitResponse}
	 * @param beans the beans that it can name
	 * @throws io.github.ratelimit.InvalidPolicyException if it cannot be parsed, or can
	 * be seen not to work
	 */
	public CountWhen(String policy, String text, BeanFactory beans) {
		this.policy = policy;
		this.condition = SpelCondition.parse("count-when", text, "status == 401", RateLimitResponse.class, beans);
	}

	@Override
	public boolean test(RateLimitResponse response) {
		try {
			return this.condition.test(response);
		}
		catch (RateLimitExpressionException ex) {
			if (this.failed.compareAndSet(false, true)) {
				logger.warn("Rate limit policy '" + this.policy
						+ "' counts responses of which its count-when cannot tell whether they count", ex);
			}
			return true;
		}
	}

}
