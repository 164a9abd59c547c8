package io.github.ratelimit.actuate;

import java.security.Principal;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import io.github.ratelimit.InvalidPolicyException;
import io.github.ratelimit.Limit;
import io.github.ratelimit.LimitState;
import io.github.ratelimit.Policy;
import io.github.ratelimit.Policy.Mode;
import io.github.ratelimit.RateLimitOverride;
import io.github.ratelimit.RateLimitOverrides;
import io.github.ratelimit.RateLimiter;
import io.github.ratelimit.UnknownPolicyException;
import io.github.ratelimit.actuate.RateLimitDescriptors.CallerDescriptor;
import io.github.ratelimit.actuate.RateLimitDescriptors.LimitStateDescriptor;
import io.github.ratelimit.actuate.RateLimitDescriptors.OverrideDescriptor;
import io.github.ratelimit.actuate.RateLimitDescriptors.PolicyDescriptor;
import io.github.ratelimit.actuate.RateLimitDescriptors.PolicyDetails;
import io.github.ratelimit.actuate.RateLimitDescriptors.RateLimits;

import org.springframework.boot.actuate.audit.AuditEvent;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.annotation.DeleteOperation;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.Selector.Match;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;

/**
 * Actuator endpoint that shows the policies in force and how a caller's limits stand, and
 * overrides and resets them on all instances.
 */
@Endpoint(id = "ratelimits")
public final class RateLimitsEndpoint {

	/** Longer than any command should take, and far shorter than a client's timeout. */
	private static final long MAX_SECONDS = 5;

	private final String store;

	private final PolicyDescriptors policies;

	private final RateLimiter limiter;

	private final RateLimitOverrides overrides;

	private final Consumer<AuditEvent> audit;

	/**
	 * Creates an endpoint.
	 * @param store the kind of store that decides
	 * @param policies what is known of policies; asked whenever it is read
	 * @param limiter tells how limits stand, and resets them
	 * @param overrides what holds instead of the configuration
	 * @param audit is told of every change
	 */
	public RateLimitsEndpoint(String store, PolicyDescriptors policies, RateLimiter limiter,
			RateLimitOverrides overrides, Consumer<AuditEvent> audit) {
		this.store = store;
		this.policies = policies;
		this.limiter = limiter;
		this.overrides = overrides;
		this.audit = audit;
	}

	@ReadOperation
	public RateLimits rateLimits() {
		return new RateLimits(this.store, OverrideDescriptor.of(this.overrides.find(null, null)), this.policies.all(),
				this.overrides.list().stream().map(OverrideDescriptor::new).toList());
	}

	/**
	 * Tells of a policy, or how the limits of a caller stand.
	 * @param path the name of the policy, and the caller if one is meant
	 * @return null if no policy has that name
	 */
	@ReadOperation
	public @Nullable Object show(@Selector(match = Match.ALL_REMAINING) String... path) {
		String policy = path[0];
		PolicyDescriptor known = this.policies.all().get(policy);
		if (known == null) {
			return null;
		}
		String key = Target.of(path).key();
		return (key != null) ? caller(policy, key) : new PolicyDetails(policy, known);
	}

	private CallerDescriptor caller(String policy, String key) {
		Policy effective = this.overrides.effective(this.limiter.policy(policy), key);
		List<LimitState> states = done(this.limiter.look(policy, key));
		return new CallerDescriptor(policy, key, RateLimitDescriptors.text(effective.mode()),
				OverrideDescriptor.of(this.overrides.find(policy, key)),
				states.stream().map(LimitStateDescriptor::new).toList(),
				states.isEmpty() ? 0 : states.get(0).bannedFor().toMillis());
	}

	@WriteOperation
	public void overrideAll(SecurityContext operator, Mode mode, @Nullable Duration duration, @Nullable String reason) {
		save(operator, Target.ALL, new Change(null, mode, duration, reason));
	}

	/**
	 * Overrides a policy for all callers, or for one.
	 * @param operator who does it
	 * @param path the name of the policy, and the caller if one is meant
	 * @param limits limits in place of the policy's, or null if these stay
	 * @param mode what becomes of calls for which there is no room, or null if that stays
	 * @param duration after which time it ends, or null if it lasts
	 * @param reason why
	 */
	@WriteOperation
	public void override(SecurityContext operator, @Selector(match = Match.ALL_REMAINING) String[] path,
			@Nullable String limits, @Nullable Mode mode, @Nullable Duration duration, @Nullable String reason) {
		save(operator, Target.of(path), new Change(limits, mode, duration, reason));
	}

	@DeleteOperation
	public void restoreAll(SecurityContext operator) {
		remove(operator, Target.ALL);
	}

	/**
	 * Takes back what overrides a policy for all callers. Or makes one caller such that
	 * has never called: what it has spent is forgotten, and nothing overrides its limits.
	 * What overrides a policy that is gone can be taken back, too: it would hold again if
	 * the policy came back.
	 * @param operator who does it
	 * @param path the name of the policy, and the caller if one is meant
	 */
	@DeleteOperation
	public void restore(SecurityContext operator, @Selector(match = Match.ALL_REMAINING) String... path) {
		Target target = Target.of(path);
		try {
			String policy = this.limiter.policy(String.valueOf(target.policy())).name();
			if (target.key() != null) {
				done(this.limiter.reset(policy, target.key()));
			}
		}
		catch (UnknownPolicyException ex) {
			if (this.overrides.find(target.policy(), target.key()) == null) {
				throw refused(ex);
			}
		}
		remove(operator, target);
	}

	private void save(SecurityContext operator, Target target, Change change) {
		try {
			RateLimitOverride override = change.override(target, name(operator));
			if (target.policy() != null) {
				override.applyTo(known(target.policy()));
			}
			done(this.overrides.save(override));
			tell(operator, "RATE_LIMIT_OVERRIDDEN", new OverrideDescriptor(override).toMap());
		}
		catch (InvalidPolicyException ex) {
			throw refused(ex);
		}
	}

	private void remove(SecurityContext operator, Target target) {
		done(this.overrides.remove(target.policy(), target.key()));
		tell(operator, "RATE_LIMIT_RESTORED", OverrideDescriptor.about(target.policy(), target.key()));
	}

	private Policy known(@Nullable String policy) {
		try {
			return this.limiter.policy(String.valueOf(policy));
		}
		catch (UnknownPolicyException ex) {
			throw refused(ex);
		}
	}

	private void tell(SecurityContext operator, String type, Map<String, Object> data) {
		this.audit.accept(new AuditEvent(name(operator), type, data));
	}

	static InvalidEndpointRequestException refused(IllegalArgumentException cause) {
		String message = String.valueOf(cause.getMessage());
		return new InvalidEndpointRequestException(message, message);
	}

	private static String name(SecurityContext operator) {
		Principal principal = operator.getPrincipal();
		return (principal != null) ? principal.getName() : "";
	}

	private static <T> T done(CompletionStage<T> work) {
		try {
			return work.toCompletableFuture().copy().orTimeout(MAX_SECONDS, TimeUnit.SECONDS).join();
		}
		catch (CompletionException ex) {
			throw new IllegalStateException("It is not known whether this was done: the store does not answer", ex);
		}
	}

	/**
	 * What a request is about. Its whole path is one variable, because on WebFlux what
	 * remains behind another variable begins with that.
	 */
	private record Target(@Nullable String policy, @Nullable String key) {

		static final Target ALL = new Target(null, null);

		static Target of(String... path) {
			return new Target(path[0],
					(path.length > 1) ? String.join("/", Arrays.asList(path).subList(1, path.length)) : null);
		}

	}

	/** What an operator wants, as it was said. */
	private record Change(@Nullable String limits, @Nullable Mode mode, @Nullable Duration duration,
			@Nullable String reason) {

		RateLimitOverride override(Target target, String by) {
			if (this.duration != null && (this.duration.isZero() || this.duration.isNegative())) {
				throw new InvalidPolicyException("duration", this.duration.toString(), "a time above zero");
			}
			Instant now = Instant.now();
			return new RateLimitOverride(target.policy(), target.key(),
					(this.limits != null && !this.limits.isBlank()) ? Limit.parseAll(this.limits) : List.of(),
					this.mode, (this.duration != null) ? now.plus(this.duration) : null,
					(this.reason != null) ? this.reason : "", by, now);
		}

	}

}
