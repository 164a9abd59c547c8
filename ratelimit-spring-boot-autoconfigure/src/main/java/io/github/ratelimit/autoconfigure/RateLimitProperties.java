package io.github.ratelimit.autoconfigure;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.InvalidPolicyException;
import io.github.ratelimit.Limit;
import io.github.ratelimit.Policy.Mode;
import io.github.ratelimit.resilience.OnFailure;
import io.github.ratelimit.web.ForwardedHeader;
import io.github.ratelimit.web.HeaderStyle;
import io.github.ratelimit.web.LegacyFields.ResetFormat;
import io.github.ratelimit.web.Stage;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.ConfigurationPropertiesSource;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * What users write under {@code ratelimit}. A property that is not known stops the start:
 * a misspelt limit would be no limit.
 *
 * @param enabled Whether to limit anything.
 * @param policies Sets of limits, by name.
 * @param store Where it is kept what has been spent.
 * @param web What callers over HTTP see, and how they are told apart.
 * @param events What is told to the application's event listeners.
 * @param health What the health of the application says of the store.
 */
@ConfigurationProperties(prefix = RateLimitProperties.PREFIX, ignoreUnknownFields = false)
public record RateLimitProperties(@DefaultValue("true") boolean enabled, @DefaultValue Map<String, Policy> policies,
		@DefaultValue Store store, @DefaultValue Web web, @DefaultValue Events events, @DefaultValue Health health) {

	static final String PREFIX = "ratelimit";

	public RateLimitProperties {
		policies = new LinkedHashMap<>(policies);
	}

	/**
	 * A set of limits: all must hold, or none is charged. Defaults are given by the
	 * accessors, because what an annotation says comes before them.
	 *
	 * @param limits Permits that a caller may spend per window, such as "100/1m" or "10
	 * per minute"; several are a list, or separated by ',' or ';'.
	 * @param plan SpEL expression over the request, such as "claim('plan')", for the name
	 * of its plan, or the name of a RateLimitPlanResolver bean that knows it.
	 * @param plans Limits of callers with a plan, by its name; the others have those
	 * above.
	 * @param defaultPlan Plan of callers who have no other one, if there are no limits
	 * above.
	 * @param algorithm How spent permits come back.
	 * @param paths Patterns of the paths to which the policy applies; without any it
	 * applies only where it is named.
	 * @param excludePaths Patterns of paths to which it does not apply all the same.
	 * @param methods HTTP methods to which it applies; without any, all.
	 * @param key Who is counted: parts that together make one key, each with alternatives
	 * separated by '|'.
	 * @param cost Permits that a call takes: a number, or a SpEL expression over the
	 * request.
	 * @param lease Permits that each instance may take ahead for a busy key and spend
	 * without asking the store; only for the sliding window.
	 * @param maxWait Time that a call to someone else may wait for permits; zero to fail
	 * at once.
	 * @param stage When it is enforced; before security, neither the principal nor the
	 * route is known.
	 * @param unless SpEL condition over the request, or the arguments of a limited
	 * method, for calls that are not counted.
	 * @param countWhen SpEL condition over the response, such as "status == 401", for
	 * those that are counted; permits are reserved first, and given back if it is not
	 * met.
	 * @param exemptAddresses Addresses, and ranges such as "10.0.0.0/8", of clients that
	 * are not counted.
	 * @param exemptRoles Roles whose principals are not counted.
	 * @param enabled Whether the policy is in force.
	 * @param enforce Whether it rejects calls; otherwise it decides and is seen in
	 * metrics, as if it did.
	 * @param rejectStatus Status of responses to calls for which the policy has no room,
	 * 400 to 599. By default 429.
	 * @param rejectDetail What callers are told then. By default which limits are used up
	 * and when to retry.
	 * @param onFailure What holds for its calls while the store cannot decide. By default
	 * what "ratelimit.store.on-failure" says.
	 * @param ban Ban for clients that are rejected repeatedly.
	 */
	@ConfigurationPropertiesSource
	public record Policy(@Nullable List<LimitProperties> limits, @Nullable Map<String, List<LimitProperties>> plans,
			@Nullable String plan, @Nullable String defaultPlan, @Nullable Algorithm algorithm,
			@Nullable List<String> paths, @Nullable List<String> excludePaths, @Nullable List<String> methods,
			@Nullable List<String> key, @Nullable String cost, @Nullable Long lease, @Nullable Duration maxWait,
			@Nullable Stage stage, @Nullable String unless, @Nullable String countWhen,
			@Nullable List<String> exemptAddresses, @Nullable List<String> exemptRoles, @Nullable Boolean enabled,
			@Nullable Boolean enforce, @Nullable Integer rejectStatus, @Nullable String rejectDetail,
			@Nullable OnFailure onFailure, @Nullable BanProperties ban) {

		/** A policy of which nothing is said here. */
		static final Policy SILENT = new Policy(null, null, null, null, null, null, null, null, null, null, null, null,
				null, null, null, null, null, null, null, null, null, null, null);

		private static final Pattern NUMBER = Pattern.compile("[+-]?\\d+");

		@Override
		public List<LimitProperties> limits() {
			return said(this.limits, List.of());
		}

		@Override
		public Map<String, List<LimitProperties>> plans() {
			return said(this.plans, Map.of());
		}

		/** Whether it is said what callers may spend of whom nothing is known. */
		boolean saysLimits() {
			return !limits().isEmpty() || this.defaultPlan != null;
		}

		@Override
		public Algorithm algorithm() {
			return said(this.algorithm, Algorithm.SLIDING_WINDOW);
		}

		@Override
		public List<String> paths() {
			return said(this.paths, List.of());
		}

		@Override
		public List<String> excludePaths() {
			return said(this.excludePaths, List.of());
		}

		@Override
		public List<String> methods() {
			return said(this.methods, List.of());
		}

		@Override
		public List<String> key() {
			return said(this.key, List.of("ip"));
		}

		@Override
		public String cost() {
			return said(this.cost, "1");
		}

		@Override
		public Long lease() {
			return said(this.lease, 0L);
		}

		@Override
		public Duration maxWait() {
			return said(this.maxWait, Duration.ZERO);
		}

		@Override
		public Stage stage() {
			return said(this.stage, Stage.AFTER_SECURITY);
		}

		@Override
		public List<String> exemptAddresses() {
			return said(this.exemptAddresses, List.of());
		}

		@Override
		public List<String> exemptRoles() {
			return said(this.exemptRoles, List.of());
		}

		@Override
		public Boolean enabled() {
			return said(this.enabled, true);
		}

		/** What becomes of calls for which there is no room. */
		Mode mode() {
			if (!enabled()) {
				return Mode.OFF;
			}
			return said(this.enforce, true) ? Mode.ENFORCED : Mode.SHADOW;
		}

		/** The cost of calls of which it does not depend on the request. */
		long fixedCost() {
			try {
				return NUMBER.matcher(cost()).matches() ? Long.parseLong(cost()) : 1;
			}
			catch (NumberFormatException ex) {
				throw new InvalidPolicyException("cost", cost(), "a number from 0 to " + Limit.MAX_PERMITS);
			}
		}

		/** The expression that says the cost, or null if it is a number. */
		@Nullable String costExpression() {
			return NUMBER.matcher(cost()).matches() ? null : cost();
		}

		/** What has no meaning but for requests, with what was said. */
		Map<String, String> saidOfRequests() {
			Map<String, String> said = new LinkedHashMap<>();
			put(said, "plan", this.plan);
			put(said, "paths", this.paths);
			put(said, "exclude-paths", this.excludePaths);
			put(said, "methods", this.methods);
			put(said, "stage", this.stage);
			put(said, "count-when", this.countWhen);
			put(said, "exempt-addresses", this.exemptAddresses);
			put(said, "exempt-roles", this.exemptRoles);
			return said;
		}

		private static void put(Map<String, String> said, String property, @Nullable Object value) {
			if (value != null) {
				said.put(property, (value instanceof List<?> values)
						? values.stream().map(String::valueOf).collect(Collectors.joining(", ")) : value.toString());
			}
		}

		boolean saysCost() {
			return this.cost != null;
		}

		/** What this policy says, and what another one says where this one is silent. */
		Policy orElse(Policy other) {
			return new Policy(either(this.limits, other.limits), either(this.plans, other.plans),
					either(this.plan, other.plan), either(this.defaultPlan, other.defaultPlan),
					either(this.algorithm, other.algorithm), either(this.paths, other.paths),
					either(this.excludePaths, other.excludePaths), either(this.methods, other.methods),
					either(this.key, other.key), either(this.cost, other.cost), either(this.lease, other.lease),
					either(this.maxWait, other.maxWait), either(this.stage, other.stage),
					either(this.unless, other.unless), either(this.countWhen, other.countWhen),
					either(this.exemptAddresses, other.exemptAddresses), either(this.exemptRoles, other.exemptRoles),
					either(this.enabled, other.enabled), either(this.enforce, other.enforce),
					either(this.rejectStatus, other.rejectStatus), either(this.rejectDetail, other.rejectDetail),
					either(this.onFailure, other.onFailure), either(this.ban, other.ban));
		}

		private static <T> T said(@Nullable T value, T otherwise) {
			return (value != null) ? value : otherwise;
		}

		private static <T> @Nullable T either(@Nullable T value, @Nullable T other) {
			return (value != null) ? value : other;
		}

	}

	/**
	 * Where it is kept what has been spent.
	 *
	 * @param type Kind of store. By default Redis if a connection to it is configured,
	 * else memory.
	 * @param keyPrefix What every key in Redis starts with. By default "ratelimit:", and
	 * the name of the application if it has one.
	 * @param timeout Time to wait for a decision.
	 * @param batchSize Different calls that share one call of the script in Redis if they
	 * are made at the same time; 1 if each is to have its own.
	 * @param rememberRejections Longest time, up to a minute, for which a rejected call
	 * is rejected again without asking Redis; permits that another instance gives back or
	 * resets are seen after that time at the latest. Zero to ask every time.
	 * @param onFailure What holds for calls while the store cannot decide, unless their
	 * policy says otherwise.
	 * @param instances Number of instances by which limits are divided while each of them
	 * counts for itself. By default those seen alive in Redis before it failed.
	 * @param clock Clock by which decisions in Redis go. That of the application is for
	 * servers that refuse TIME in scripts, and has to agree on all instances.
	 */
	public record Store(@Nullable StoreType type, @Nullable String keyPrefix, @DefaultValue("100ms") Duration timeout,
			@DefaultValue("64") int batchSize, @DefaultValue("1s") Duration rememberRejections,
			@DefaultValue("local") OnFailure onFailure, @Nullable Integer instances,
			@DefaultValue("server") Clock clock) {

		/** Redis serves nobody else while a script runs. */
		private static final int MAX_BATCH_SIZE = 1000;

		public Store {
			check("timeout", timeout, timeout.toMillis() >= 1 && timeout.compareTo(Duration.ofHours(1)) <= 0,
					"a time from 1 ms to 1 h");
			check("batch-size", batchSize, batchSize >= 1 && batchSize <= MAX_BATCH_SIZE,
					"a number of calls from 1 to " + MAX_BATCH_SIZE);
			check("remember-rejections", rememberRejections,
					!rememberRejections.isNegative() && rememberRejections.compareTo(Duration.ofMinutes(1)) <= 0,
					"a time from 0 to 1 min");
			check("instances", instances, instances == null || instances >= 1, "a number of instances, 1 or more");
		}

		private static void check(String property, @Nullable Object value, boolean valid, String expected) {
			if (!valid) {
				throw new InvalidRateLimitPropertyException(PREFIX + ".store." + property,
						new InvalidPolicyException(property, String.valueOf(value), expected));
			}
		}

	}

	/**
	 * What callers over HTTP see, and how they are told apart.
	 *
	 * @param headers Header fields that tell callers of their limits.
	 * @param trustedProxies Addresses, and ranges such as "10.0.0.0/8", of proxies that
	 * say whom they forward requests for. Not together with
	 * "server.forward-headers-strategy".
	 * @param forwardedHeader Header in which trusted proxies say so.
	 * @param ipv6Prefix Bits of an IPv6 address that tell who it is; all addresses that
	 * share them are one caller.
	 * @param maxBodySize Largest multipart body that is read for keys and expressions
	 * with "form" or "param". Requests with larger ones are counted as one client.
	 * @param legacy Names and format of the legacy header fields.
	 * @param planCache Time for which the plan of a caller is known, up to a day, before
	 * the RateLimitPlanResolver that knows it is asked again; zero to ask with every
	 * request.
	 */
	public record Web(@DefaultValue("draft") HeaderStyle headers, @DefaultValue List<String> trustedProxies,
			@DefaultValue("x-forwarded-for") ForwardedHeader forwardedHeader, @DefaultValue("64") int ipv6Prefix,
			@DefaultValue("16KB") DataSize maxBodySize, @DefaultValue Legacy legacy,
			@DefaultValue("1m") Duration planCache) {
	}

	/**
	 * Names and format of the legacy header fields.
	 *
	 * @param limit Name of the field with the permits of the tightest limit.
	 * @param remaining Name of the field with the permits that remain of it.
	 * @param reset Name of the field that says when all its permits are back.
	 * @param resetFormat How that is said.
	 */
	public record Legacy(@DefaultValue("X-RateLimit-Limit") String limit,
			@DefaultValue("X-RateLimit-Remaining") String remaining, @DefaultValue("X-RateLimit-Reset") String reset,
			@DefaultValue("seconds") ResetFormat resetFormat) {
	}

	/**
	 * What is told to the application's event listeners.
	 *
	 * @param enabled Whether to publish a RateLimitRejectedEvent for every rejected call.
	 */
	public record Events(@DefaultValue("false") boolean enabled) {
	}

	/**
	 * What the health of the application says of the store.
	 *
	 * @param downOnFailure Whether the application is down while the store cannot decide;
	 * it is unknown otherwise, which does not change the health of the whole.
	 */
	public record Health(@DefaultValue("false") boolean downOnFailure) {
	}

	/**
	 * Clocks.
	 */
	public enum Clock {

		/** That of the Redis server, which all instances share. */
		SERVER,

		/** Each instance's own. */
		APPLICATION

	}

	/**
	 * A kind of store.
	 */
	public enum StoreType {

		/** Shared by all instances of the application. */
		REDIS,

		/** Each instance for itself. */
		MEMORY

	}

}
