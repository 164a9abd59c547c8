package io.github.ratelimit.autoconfigure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import org.apache.commons.logging.LogFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.github.ratelimit.RateLimiter;
import io.github.ratelimit.annotation.RateLimit;
import io.github.ratelimit.web.RateLimitKeyResolver;
import io.github.ratelimit.web.RateLimitPlanResolver;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.ResolvableType;
import org.springframework.core.env.Environment;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.core.io.support.SpringFactoriesLoader.ArgumentResolver;
import org.springframework.core.io.support.SpringFactoriesLoader.FailureHandler;
import org.springframework.util.ClassUtils;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A deliberate mistake in each property, and what the application says of it when it does
 * not start.
 */
class ConfigurationErrorsTests {

	private static final String API = "ratelimit.policies.api.";

	private static final String LIMITS = API + "limits: 5/1m";

	private static final String PLANS = API + "plan: claim('plan')\n" + API + "default-plan: free\n" + API
			+ "plans.free: 5/1m";

	private static final String REDIS = LIMITS + "\nratelimit.store.type: redis";

	private static final String BOOLEAN = "true or false";

	static Stream<ConfigurationError> mistakes() {
		return Stream.of(mistake("ratelimit.enabled", "maybe", BOOLEAN), mistake("ratelimit.enabled", "'yes'", BOOLEAN),
				mistake("ratelimit.enabled", "''", BOOLEAN),
				mistake("ratelimit.policies", "5/1m", "no value, but properties or elements below it"),
				mistake("ratelimit.policies.api", "5/1m", "no value, but properties below it: limits, plans"),
				mistake("ratelimit.policies", "none", "no value, but properties below it: by name").with(LIMITS),
				mistake(API + "limits.permits", "5", "a list, or its elements numbered from [0] on without a gap"),
				mistake(API + "limits[2]", "5/1m", "a list, or its elements numbered from [0] on without a gap")
					.with(API + "limits[0]: 5/1m"),
				mistake(API + "cost", "methd == 'GET' ? 1 : 5", "there is no 'methd', only claim").with(LIMITS)
					.meant("method == 'GET' ? 1 : 5"),
				mistake(API + "cost", "1.5", "a number, or a SpEL expression").with(LIMITS),
				mistake(API + "unless", "@nobody.knows(#root)", "there is no bean 'nobody'").with(LIMITS),
				mistake(API + "count-when", "stauts == 401", "there is no 'stauts', only header, status").with(LIMITS)
					.meant("status == 401"),
				mistake(API + "plan", "claims('plan')", "there is no 'claims'")
					.with(LIMITS + "\n" + API + "plans.free: 5/1m")
					.meant("claim('plan')"),
				mistake(API + "limits", "10/minit", "a limit such as 100/1m, 10 per minute"),
				mistake(API + "limits[0].permits", "many", "a whole number").with(API + "limits[0].window: 1m"),
				mistake(API + "limits[0].window", "'60'", "a limit such as").with(API + "limits[0].permits: 5")
					.at(API + "limits")
					.found("5/60"),
				mistake(API + "limits[0].burst", "'9'", "no burst, because the algorithm is sliding-window")
					.with(API + "limits[0].permits: 5\n" + API + "limits[0].window: 1m")
					.at(API + "limits")
					.found("5/1m burst 9"),
				mistake(API + "plans", "free", "no value, but properties or elements below it").with(LIMITS),
				mistake(API + "plans.pro", "10/minit", "a limit such as").with(PLANS),
				mistake(API + "plan", "userPlan", "RateLimitPlanResolver bean")
					.with(LIMITS + "\n" + API + "plans.free: 5/1m")
					.meant("userPlans"),
				mistake(API + "default-plan", "fre", "one of [free]")
					.with(API + "plan: claim('plan')\n" + API + "plans.free: 5/1m")
					.meant("free"),
				mistake(API + "algorithm", "token-bukcet", "one of sliding-window, token-bucket, fixed-window")
					.with(LIMITS)
					.meant("token-bucket"),
				mistake(API + "paths", "/a/{b", "a path pattern such as /api/**").with(LIMITS),
				mistake(API + "exclude-paths", "/a/{b", "a path pattern such as /api/**").with(LIMITS),
				mistake(API + "methods", "PSOT", "HTTP methods out of").with(LIMITS).meant("POST"),
				mistake(API + "key", "pricipal", "ip, principal, claim:NAME").with(LIMITS).meant("principal"),
				mistake(API + "key", "tennant", "ip, principal, claim:NAME").with(LIMITS).meant("tenant"),
				mistake(API + "key", "haeder:X-Api-Key", "ip, principal, claim:NAME").with(LIMITS)
					.meant("header:X-Api-Key"),
				mistake(API + "cost", "method ==", "a number, or a SpEL expression").with(LIMITS),
				mistake(API + "lease", "much", "a whole number").with(LIMITS),
				mistake(API + "max-wait", "1 parsec", "a time such as 100ms").with(LIMITS),
				mistake(API + "stage", "before", "one of before-security, after-security").with(LIMITS),
				mistake(API + "unless", "hasRole('ADMIN'", "a SpEL condition").with(LIMITS),
				mistake(API + "count-when", "status ==", "a SpEL condition").with(LIMITS),
				mistake(API + "exempt-addresses", "office", "addresses or ranges").with(LIMITS),
				mistake(API + "exempt-roles", "ADMIN", "none, because before security nobody has a role")
					.with(LIMITS + "\n" + API + "stage: before-security"),
				mistake(API + "enabled", "maybe", BOOLEAN).with(LIMITS),
				mistake(API + "enforce", "sometimes", BOOLEAN).with(LIMITS),
				mistake(API + "reject-status", "302", "a status from 400 to 599").with(LIMITS),
				mistake(API + "reject-detail", "' '", "a text of at most 500 characters").with(LIMITS),
				mistake(API + "on-failure", "lcoal", "one of local, allow, reject").with(LIMITS).meant("local"),
				mistake(API + "ban", "5/10m", "no value, but properties below it: after, for").with(LIMITS),
				mistake(API + "ban.after", "5/often", "rejections in a time").with(LIMITS + "\n" + API + "ban.for: 1h"),
				mistake(API + "ban.for", "long", "a time such as 100ms").with(LIMITS + "\n" + API + "ban.after: 5/1m"),
				mistake("ratelimit.store", "memory", "no value, but properties below it: type, key-prefix"),
				mistake("ratelimit.store", "memory", "no value, but properties below it: type, key-prefix")
					.with("ratelimit.store.timeout: 1s"),
				mistake("ratelimit.store.type", "memroy", "one of redis, memory").meant("memory"),
				mistake("ratelimit.store.key-prefix", "'{shop}'", "a prefix without braces").with(REDIS),
				mistake("ratelimit.store.timeout", "0s", "a time from 1 ms to 1 h").found("PT0S"),
				mistake("ratelimit.store.batch-size", "'0'", "a number of calls from 1 to 1000").found("0"),
				mistake("ratelimit.store.remember-rejections", "1h", "a time from 0 to ").found("PT1H"),
				mistake("ratelimit.store.on-failure", "alow", "one of local, allow, reject").meant("allow"),
				mistake("ratelimit.store.instances", "'0'", "a number of instances, 1 or more").found("0"),
				mistake("ratelimit.store.clock", "sever", "one of server, application").meant("server"),
				mistake("ratelimit.web", "draft", "no value, but properties below it: headers"),
				mistake("ratelimit.web.headers", "drfat", "one of draft, legacy, both, none").meant("draft"),
				mistake("ratelimit.web.trusted-proxies", "proxy", "addresses or ranges"),
				mistake("ratelimit.web.forwarded-header", "x-forwarded-fro", "one of x-forwarded-for, forwarded")
					.meant("x-forwarded-for"),
				mistake("ratelimit.web.max-body-size", "'-1B'", "a size such as 16KB").found("-1B"),
				mistake("ratelimit.web.ipv6-prefix", "'0'", "bits from 1 to 128").found("0"),
				mistake("ratelimit.web.legacy", "seconds", "no value, but properties below it: limit"),
				mistake("ratelimit.web.legacy.limit", "X Limit", "the name of a header field"),
				mistake("ratelimit.web.legacy.remaining", "X Left", "the name of a header field"),
				mistake("ratelimit.web.legacy.reset", "Retry-After", "a name that no other field about limits has"),
				mistake("ratelimit.web.legacy.reset-format", "epoch", "one of seconds, epoch-seconds"),
				mistake("ratelimit.web.plan-cache", "2d", "a time from 0 to 1 day").found("PT48H"),
				mistake("ratelimit.events", "true", "no value, but properties below it: enabled").found("true"),
				mistake("ratelimit.events.enabled", "maybe", BOOLEAN),
				mistake("ratelimit.health", "down", "no value, but properties below it: down-on-failure"),
				mistake("ratelimit.health.down-on-failure", "maybe", BOOLEAN),
				// Names that do not exist
				mistake("ratelimit.policy.api.limits", "5/1m",
						"a property that exists below ratelimit: enabled, policies")
					.meant("ratelimit.policies.api.limits"),
				mistake(API + "limit", "5/1m", "a property that exists below ratelimit.policies.api: limits, plans")
					.meant(API + "limits"),
				mistake(API + "limit[1]", "5/1m", "a property that exists below").with(API + "limit[0]: 5/1m")
					.at(API + "limit[0]")
					.meant(API + "limits[0]"),
				mistake(API + "limits[0].brust", "9", "a property that exists below ratelimit.policies.api.limits[0]")
					.with(API + "limits[0].permits: 5\n" + API + "limits[0].window: 1m")
					.meant(API + "limits[0].burst"),
				mistake("ratelimit.web.trusted-proxy", "10.0.0.1", "a property that exists below ratelimit.web")
					.meant("ratelimit.web.trusted-proxies"),
				mistake("ratelimit.redis", "true", "a property that exists below ratelimit").found("true"));
	}

	@ParameterizedTest
	@MethodSource("mistakes")
	void sayPropertyValueExpectationOriginAndNearestName(ConfigurationError mistake) {
		FailureAnalysis analysis = analyze(mistake.yaml());
		assertThat(analysis.getDescription()).startsWith("A rate limit cannot be used:")
			.contains("    Property: " + mistake.reported() + "\n", "    Value:    \"" + mistake.value() + "\"\n",
					"    Expected: ")
			.containsPattern("Expected: .*" + Pattern.quote(mistake.expected()))
			.containsPattern("Origin: .*test\\.yml.* - \\d+:\\d+");
		if (mistake.meant() != null) {
			assertThat(analysis.getAction()).startsWith("Did you mean \"" + mistake.meant() + "\"");
		}
		else {
			assertThat(analysis.getAction()).doesNotContain("Did you mean");
		}
	}

	@Test
	void noPropertyIsLeftOut() {
		Set<String> explained = new LinkedHashSet<>(mistakes().map(ConfigurationError::property).toList());
		assertThat(explained).containsAll(names("ratelimit", ResolvableType.forClass(RateLimitProperties.class)));
	}

	@Test
	void limitMayBeATextAsWell() {
		assertThat(analyze(API + "limits: [2/1m, 3]").getDescription()).contains("Property: " + API + "limits[1]\n",
				"Value:    \"3\"\n",
				"Expected: a limit such as 100/1m, or properties below it: permits, window, burst");
	}

	@Test
	void listThatIsReplacedByATextIsTold() {
		assertThat(
				analyze(API + "limits: 10/1m\n---\n" + API + "limits: [{ permits: 5, window: 1m }]\n").getDescription())
			.contains("Property: " + API + "limits[0].permits\n",
					"Expected: nothing below " + API + "limits, which is \"10/1m\" as a whole at ");
	}

	@Test
	void allThatDoNotExistAreToldAtOnce() {
		FailureAnalysis analysis = analyze(API + "limts: 5/1m\n" + API + "pahts: /**\nratelimit.shop: 1\n");
		assertThat(analysis.getDescription())
			.containsSubsequence("Property: " + API + "limts\n", "Property: " + API + "pahts\n",
					"Property: ratelimit.shop\n", "Expected: a property that exists below ratelimit: enabled,")
			.containsPattern("Origin: .*test\\.yml.* - 3:");
		assertThat(analysis.getAction())
			.startsWith("Did you mean \"" + API + "limits\", \"" + API + "paths\"? Correct it.");
	}

	@Test
	void originOfAPropertyThatIsMissingIsSomethingBesideIt() {
		assertThat(analyze("\nratelimit.policies.other.limits: 5/1m\n" + API + "paths: /api/**").getDescription())
			.contains("Property: " + API + "limits", "Expected: at least one limit")
			.containsPattern("Origin: .*test\\.yml.* - 3:");
	}

	@Test
	void annotationThatNamesNoPolicyIsToldWhichOneItMayMean() {
		FailureAnalysis analysis = analyze("ratelimit.policies.login.limits: 5/1m", Misspelt.class);
		assertThat(analysis.getDescription()).contains("policy of @RateLimit on " + Misspelt.class.getName() + ".call");
		assertThat(analysis.getAction()).startsWith("Did you mean \"login\"? ");
	}

	@Test
	void expressionOfAHandlerIsLookedAt() {
		FailureAnalysis analysis = analyze("", Handler.class);
		assertThat(analysis.getDescription()).contains("unless of @RateLimit on " + Handler.class.getName() + ".call",
				"there is no 'heder', only claim, cookie, form, hasRole, header");
		assertThat(analysis.getAction()).startsWith("Did you mean \"header('X') != null\"? ");
	}

	@Test
	void beanThatAsksForAPolicyIsToldWhichOneItMayMean() {
		FailureAnalysis analysis = analyze("ratelimit.policies.login.limits: 5/1m", Asking.class);
		assertThat(analysis.getDescription()).contains("Value:    \"logn\"", "Expected: the name of a policy");
		assertThat(analysis.getAction()).startsWith("Did you mean \"login\"? ");
	}

	private static List<String> names(String name, ResolvableType type) {
		List<String> names = new ArrayList<>();
		if (!name.equals("ratelimit")) {
			names.add(name);
		}
		if (name.equals("ratelimit.policies")) {
			names.addAll(names(name + ".api", type.getGeneric(1)));
		}
		else if (name.equals(API + "limits")) {
			names.addAll(names(name + "[0]", type.getGeneric(0)));
			names.remove(name + "[0]");
		}
		KnownProperties.of(type).forEach((nested, its) -> names.addAll(names(name + "." + nested, its)));
		return names;
	}

	private static FailureAnalysis analyze(String yaml, Class<?>... beans) {
		ConfigurableApplicationContext[] failed = new ConfigurableApplicationContext[1];
		Throwable[] failure = new Throwable[1];
		runner().withInitializer((context) -> failed[0] = context)
			.withInitializer((context) -> load(yaml).forEach(context.getEnvironment().getPropertySources()::addLast))
			.withUserConfiguration(beans)
			.run((context) -> failure[0] = context.getStartupFailure());
		assertThat(failure[0]).as("failure of the start").isNotNull();
		ArgumentResolver arguments = ArgumentResolver.of(Environment.class, failed[0].getEnvironment())
			.and(BeanFactory.class, failed[0].getBeanFactory());
		return SpringFactoriesLoader.forDefaultResourceLocation()
			.load(FailureAnalyzer.class, arguments,
					FailureHandler.logging(LogFactory.getLog(ConfigurationErrorsTests.class)))
			.stream()
			.map((analyzer) -> analyzer.analyze(failure[0]))
			.filter(Objects::nonNull)
			.findFirst()
			.orElseThrow();
	}

	private static WebApplicationContextRunner runner() {
		Class<?>[] ours = StreamSupport
			.stream(ImportCandidates.load(AutoConfiguration.class, null).spliterator(), false)
			.filter((name) -> name.startsWith("io.github.ratelimit."))
			.map((name) -> ClassUtils.resolveClassName(name, null))
			.toArray(Class<?>[]::new);
		return new WebApplicationContextRunner().withConfiguration(AutoConfigurations.of(ours))
			.withConfiguration(AutoConfigurations.of(WebMvcAutoConfiguration.class, DataRedisAutoConfiguration.class))
			.withBean("userPlans", RateLimitPlanResolver.class, () -> (request) -> null)
			.withBean("tenant", RateLimitKeyResolver.class, () -> (request) -> null);
	}

	private static List<? extends org.springframework.core.env.PropertySource<?>> load(String yaml) {
		try {
			return new YamlPropertySourceLoader().load("test.yml",
					new ByteArrayResource(yaml.getBytes(StandardCharsets.UTF_8), "test.yml"));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static ConfigurationError mistake(String property, String written, String expected) {
		return new ConfigurationError(property, written, expected, "", property,
				written.startsWith("'") ? written.replace("'", "") : written, null);
	}

	/**
	 * @param property which is wrong
	 * @param written what is written there
	 * @param expected what the message says of it
	 * @param others what else is written
	 * @param reported the property that is named
	 * @param value the value that is shown
	 * @param meant what is suggested instead
	 */
	record ConfigurationError(String property, String written, String expected, String others, String reported,
			String value, String meant) {

		ConfigurationError with(String others) {
			return new ConfigurationError(this.property, this.written, this.expected, others + "\n", this.reported,
					this.value, this.meant);
		}

		ConfigurationError at(String reported) {
			return new ConfigurationError(this.property, this.written, this.expected, this.others, reported, this.value,
					this.meant);
		}

		ConfigurationError found(String value) {
			return new ConfigurationError(this.property, this.written, this.expected, this.others, this.reported, value,
					this.meant);
		}

		ConfigurationError meant(String meant) {
			return new ConfigurationError(this.property, this.written, this.expected, this.others, this.reported,
					this.value, meant);
		}

		String yaml() {
			return this.others + this.property + ": " + this.quoted() + "\n";
		}

		private String quoted() {
			return (this.written.startsWith("'") || this.written.startsWith("{")) ? this.written
					: "\"" + this.written + "\"";
		}

		@Override
		public String toString() {
			return this.property + ": " + this.written;
		}

	}

	static class Misspelt {

		@RateLimit("logn")
		void call() {
		}

	}

	@RestController
	static class Handler {

		@GetMapping("/call")
		@RateLimit(limits = "5/1m", unless = "heder('X') != null")
		String call() {
			return "called";
		}

	}

	static class Asking {

		Asking(RateLimiter rateLimiter) {
			rateLimiter.policy("logn");
		}

	}

}
