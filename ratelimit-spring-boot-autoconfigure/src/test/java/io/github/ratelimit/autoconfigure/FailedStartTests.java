package io.github.ratelimit.autoconfigure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import io.github.ratelimit.annotation.RateLimit;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * What an application that does not start says of its limits.
 */
@ExtendWith(OutputCaptureExtension.class)
class FailedStartTests {

	@TempDir
	private Path folder;

	static Stream<Arguments> mistakes() {
		return Stream.of(
				Arguments.of("s34", "limits: 10/minit", "Property: ratelimit.policies.api.limits",
						"Value:    \"10/minit\"", "Expected: a limit such as 100/1m, 10 per minute"),
				Arguments.of("limit in a list", "limits: [5/1m, 10/minit]",
						"Property: ratelimit.policies.api.limits[1]", "Value:    \"10/minit\"",
						"Expected: a limit such as"),
				Arguments.of("no limits", "paths: /api/**", "Property: ratelimit.policies.api.limits", "Value:    \"\"",
						"Expected: at least one limit, such as 100/1m"),
				Arguments.of("window without a unit", "limits: [{ permits: 5, window: 60 }]",
						"Property: ratelimit.policies.api.limits", "Value:    \"5/60\"", "Expected: a limit such as"),
				Arguments.of("half a limit", "limits: [{ permits: 5 }]", "Property: ratelimit.policies.api.limits",
						"Value:    \"5/\"", "Expected: both permits and window"),
				Arguments.of("no permits", "limits: 0/1m", "Property: ratelimit.policies.api.limits",
						"Value:    \"0/1m\"", "Expected: permits from 1 to 9007199254740991 (2^53 - 1)"),
				Arguments.of("2^53", "limits: 9007199254740992/1m", "Property: ratelimit.policies.api.limits",
						"Value:    \"9007199254740992/1m\"", "Expected: permits from 1 to 9007199254740991 (2^53 - 1)"),
				Arguments.of("2^53 of a token bucket", "{ limits: 9007199254740991/1m, algorithm: token-bucket }",
						"Property: ratelimit.policies.api.limits", "Value:    \"9007199254740991/1m\"",
						"Expected: burst times window in milliseconds to be below 2^53"),
				Arguments.of("burst without a bucket", "limits: [{ permits: 5, window: 1m, burst: 9 }]",
						"Property: ratelimit.policies.api.limits", "Value:    \"5/1m burst 9\"",
						"Expected: no burst, because the algorithm is sliding-window"),
				Arguments.of("impossible cost", "{ limits: 5/1m, cost: 6 }", "Property: ratelimit.policies.api.cost",
						"Value:    \"6\"", "Expected: a cost from 0 to 5, which is all that the limit 5/1m can hold"),
				Arguments.of("negative cost", "{ limits: 5/1m, cost: -1 }", "Property: ratelimit.policies.api.cost",
						"Value:    \"-1\"", "Expected: a cost from 0 to 5"),
				Arguments.of("cost beyond all numbers", "{ limits: 5/1m, cost: 99999999999999999999 }",
						"Property: ratelimit.policies.api.cost", "Value:    \"99999999999999999999\"",
						"Expected: a number from 0 to 9007199254740991"),
				Arguments.of("malformed cost", "{ limits: 5/1m, cost: 'method ==' }",
						"Property: ratelimit.policies.api.cost", "Value:    \"method ==\"",
						"Expected: a number, or a SpEL expression over the request"),
				Arguments.of("lease of a token bucket", "{ limits: 500/1m, algorithm: token-bucket, lease: 100 }",
						"Property: ratelimit.policies.api.lease", "Value:    \"100\"",
						"Expected: none, because only a sliding-window knows"),
				Arguments.of("lease beyond the limit", "{ limits: 50/1m, lease: 100 }",
						"Property: ratelimit.policies.api.lease", "Value:    \"100\"",
						"Expected: a number from 0 to 50, which is all that the limit 50/1m can hold"),
				Arguments.of("negative time to wait", "{ limits: 5/1m, max-wait: -1s }",
						"Property: ratelimit.policies.api.max-wait", "Value:    \"PT-1S\"",
						"Expected: a time of zero or more"),
				Arguments.of("time to wait that nobody would", "{ limits: 5/1m, paths: /api/**, max-wait: 1s }",
						"Property: ratelimit.policies.api.max-wait", "Value:    \"PT1S\"",
						"Expected: none, because requests to the policy's paths never wait"),
				Arguments.of("unknown key", "{ limits: 5/1m, key: ipp }", "Property: ratelimit.policies.api.key",
						"Value:    \"ipp\"",
						"Expected: ip, principal, claim:NAME, header:NAME, cookie:NAME, query:NAME, form:NAME, param:NAME, host,"
								+ " method, route, path, all or the name"),
				Arguments.of("key that is known too late",
						"{ limits: 5/1m, key: header:X | principal, stage: before-security }",
						"Property: ratelimit.policies.api.key", "Value:    \"principal\"",
						"Expected: a key that is known before security"),
				Arguments.of("claim that is known too late",
						"{ limits: 5/1m, key: claim:tenant, stage: before-security }",
						"Property: ratelimit.policies.api.key", "Value:    \"claim:tenant\"",
						"Expected: a key that is known before security"),
				Arguments.of("condition over what is known too late",
						"{ limits: 5/1m, unless: hasRole('ADMIN'), stage: before-security }",
						"Property: ratelimit.policies.api.unless", "Value:    \"hasRole('ADMIN')\"",
						"Expected: a condition over what is known before security"),
				Arguments.of("role that is known too late",
						"{ limits: 5/1m, exempt-roles: ADMIN, stage: before-security }",
						"Property: ratelimit.policies.api.exempt-roles", "Value:    \"ADMIN\"",
						"Expected: none, because before security nobody has a role"),
				Arguments.of("key without a name", "{ limits: 5/1m, key: 'principal | cookie:' }",
						"Property: ratelimit.policies.api.key", "Value:    \"cookie:\"", "cookie:NAME"),
				Arguments.of("exempt address", "{ limits: 5/1m, exempt-addresses: office }",
						"Property: ratelimit.policies.api.exempt-addresses", "Value:    \"office\"",
						"Expected: addresses or ranges such as 192.0.2.1, 10.0.0.0/8"),
				Arguments.of("unknown method", "{ limits: 5/1m, methods: FETCH }",
						"Property: ratelimit.policies.api.methods", "Value:    \"FETCH\"", "Expected: HTTP methods"),
				Arguments.of("malformed path", "{ limits: 5/1m, paths: '/a/{b' }",
						"Property: ratelimit.policies.api.paths", "Value:    \"/a/{b\"", "Expected: a path pattern"),
				Arguments.of("malformed condition over the response", "{ limits: 5/1m, count-when: 'status ==' }",
						"Property: ratelimit.policies.api.count-when", "Value:    \"status ==\"",
						"Expected: a SpEL condition such as status == 401"),
				Arguments.of("malformed condition", "{ limits: 5/1m, unless: \"hasRole('ADMIN'\" }",
						"Property: ratelimit.policies.api.unless", "Value:    \"hasRole('ADMIN'\"",
						"Expected: a SpEL condition such as hasRole('ADMIN')"),
				Arguments.of("malformed limit of a plan",
						"{ plan: claim('plan'), default-plan: free, plans: { free: 5/1m, pro: 10/minit } }",
						"Property: ratelimit.policies.api.plans.pro", "Value:    \"10/minit\"",
						"Expected: a limit such as"),
				Arguments.of("plan that can never pay",
						"{ plan: claim('plan'), default-plan: pro, plans: { free: 5/1m, pro: 10/1m }, cost: 6 }",
						"Property: ratelimit.policies.api.plans.free", "Value:    \"6\"",
						"Expected: a cost from 0 to 5"),
				Arguments.of("plans and nothing that chooses", "{ default-plan: free, plans: { free: 5/1m } }",
						"Property: ratelimit.policies.api.plan", "Value:    \"\"",
						"Expected: an expression such as claim('plan') that chooses one of [free]"),
				Arguments.of("plans and none for the others",
						"{ plan: claim('plan'), plans: { free: 5/1m, pro: 9/1m } }",
						"Property: ratelimit.policies.api.default-plan", "Value:    \"\"",
						"Expected: one of [free, pro], or limits, for callers without a plan"),
				Arguments.of("unknown default plan",
						"{ plan: claim('plan'), default-plan: fre, plans: { free: 5/1m, pro: 9/1m } }",
						"Property: ratelimit.policies.api.default-plan", "Value:    \"fre\"",
						"Expected: one of [free, pro]"),
				Arguments.of("default plan beside limits",
						"{ limits: 5/1m, plan: claim('plan'), default-plan: free, plans: { free: 5/1m } }",
						"Property: ratelimit.policies.api.default-plan", "Value:    \"free\"",
						"Expected: nothing, because callers without a plan have the limits"),
				Arguments.of("plan without plans", "{ limits: 5/1m, plan: claim('plan') }",
						"Property: ratelimit.policies.api.plan", "Value:    \"claim('plan')\"",
						"Expected: nothing, because the policy has no plans"),
				Arguments.of("default plan without plans", "{ limits: 5/1m, default-plan: free }",
						"Property: ratelimit.policies.api.default-plan", "Value:    \"free\"",
						"Expected: nothing, because the policy has no plans"),
				Arguments.of("malformed plan", "{ limits: 5/1m, plan: 'claim(', plans: { pro: 9/1m } }",
						"Property: ratelimit.policies.api.plan", "Value:    \"claim(\"",
						"Expected: a SpEL expression over the request such as claim('plan')"),
				Arguments.of("plan of a bean that is not there",
						"{ limits: 5/1m, plan: userPlans, plans: { pro: 9/1m } }",
						"Property: ratelimit.policies.api.plan", "Value:    \"userPlans\"",
						"or the name of a RateLimitPlanResolver bean"),
				Arguments.of("plan that is known too late",
						"{ limits: 5/1m, plan: claim('plan'), plans: { pro: 9/1m }, stage: before-security }",
						"Property: ratelimit.policies.api.plan", "Value:    \"claim('plan')\"",
						"Expected: an expression over what is known before security"),
				Arguments.of("status of no error", "{ limits: 5/1m, reject-status: 302 }",
						"Property: ratelimit.policies.api.reject-status", "Value:    \"302\"",
						"Expected: a status from 400 to 599"),
				Arguments.of("status above all", "{ limits: 5/1m, reject-status: 600 }",
						"Property: ratelimit.policies.api.reject-status", "Value:    \"600\"",
						"Expected: a status from 400 to 599"),
				Arguments.of("rejections in no time", "{ limits: 5/1m, ban: { after: 5/often, for: 1h } }",
						"Property: ratelimit.policies.api.ban.after", "Value:    \"5/often\"",
						"Expected: rejections in a time, such as 5/10m or 5 rejections in 10m"),
				Arguments.of("ban for no time", "{ limits: 5/1m, ban: { after: 5/10m, for: 0s } }",
						"Property: ratelimit.policies.api.ban.for", "Value:    \"PT0S\"",
						"Expected: a time in whole milliseconds, from 1 ms to 36500 days"),
				Arguments.of("blank detail", "{ limits: 5/1m, reject-detail: ' ' }",
						"Property: ratelimit.policies.api.reject-detail", "Value:    \" \"",
						"Expected: a text of at most 500 characters"),
				Arguments.of("endless detail", "{ limits: 5/1m, reject-detail: " + "x".repeat(501) + " }",
						"Property: ratelimit.policies.api.reject-detail", "Value:    \"xxx",
						"Expected: a text of at most 500 characters"));
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("mistakes")
	void saysPropertyValueExpectationAndOrigin(String name, String policy, String property, String value,
			String expected, CapturedOutput output) throws IOException {
		fails("ratelimit:\n  policies:\n    api: " + (policy.startsWith("{") ? policy : "{ " + policy + " }"));
		assertThat(output).contains("APPLICATION FAILED TO START", property, value, expected);
		if (!value.endsWith("\"\"") && !name.equals("half a limit") && !policy.contains("permits:")) {
			assertThat(output).containsPattern("Origin: .*application\\.yml.* - 3:");
		}
	}

	@ParameterizedTest
	@MethodSource("others")
	void saysWhatIsWrong(String yaml, String expected, CapturedOutput output) throws IOException {
		fails(yaml);
		assertThat(output).contains("APPLICATION FAILED TO START", expected);
	}

	static Stream<Arguments> others() {
		return Stream.of(
				Arguments.of("ratelimit.policies: { '[Log in]': { limits: 5/1m } }",
						"Expected: a policy name of a-z, 0-9 and '-'"),
				Arguments.of(
						"ratelimit.policies: { sign-up: { limits: 5/1m }, signup: { limits: 1/1m, enabled: false } }",
						"Expected: a name other than that of 'sign-up' without hyphens"),
				Arguments.of("ratelimit.policies: { a: { limits: '5/1m, 9/1h' }, a-1m: { limits: 5/1m } }",
						"Expected: another name, because callers cannot tell its limit 5/1m from the policy 'a-1m'"),
				Arguments.of(
						"ratelimit.policies.api: { limits: 5/1m, plan: claim('plan'), plans: { '[pro_plan]': 9/1m, pro-plan: 7/1m } }",
						"Property: ratelimit.policies.api.plans"),
				Arguments.of(
						"ratelimit.policies: { a: { limits: 9/1h, plan: claim('plan'), plans: { b: '5/1m, 9/1h' } },"
								+ " a-1m: { limits: 5/1m } }",
						"callers cannot tell its limit 5/1m from the policy 'a-1m'"),
				Arguments.of("ratelimit.web.plan-cache: -1s", "Property: ratelimit.web.plan-cache"),
				Arguments.of("ratelimit.web.plan-cache: 25h", "Expected: a time from 0 to 1 day"),
				Arguments.of("ratelimit.policies.api: { limts: 5/1m }", "ratelimit.policies.api.limts"),
				Arguments.of("ratelimit.policies.api: { limits: 5/1m, algorithm: leaky }",
						"ratelimit.policies.api.algorithm"),
				Arguments.of("ratelimit.web.trusted-proxies: [10.0.0.0/8, proxy.example.org]",
						"Value:    \"proxy.example.org\""),
				Arguments.of("ratelimit.web.trusted-proxies: 0.0.0.0/0", "and none that holds all addresses"),
				Arguments.of("ratelimit.web.trusted-proxies: 10.0.0.1/8", "with no bits after the prefix"),
				Arguments.of("ratelimit.web.trusted-proxies: 10.0.0.0/33", "Property: ratelimit.web.trusted-proxies"),
				Arguments.of("ratelimit.policies.api: { limits: 5/1m, ban: { for: 1h } }",
						"Property: ratelimit.policies.api.ban.after"),
				Arguments.of("ratelimit.policies.api: { limits: 5/1m, ban: { after: 5/10m } }",
						"Property: ratelimit.policies.api.ban.for"),
				Arguments.of("ratelimit.policies.api: { limits: 5/1m, lease: 5, ban: { after: 5/10m, for: 1h } }",
						"Expected: none, because whoever spends leased permits is not seen by the store"),
				Arguments.of("ratelimit.web.ipv6-prefix: 0", "Property: ratelimit.web.ipv6-prefix"),
				Arguments.of("ratelimit.web.ipv6-prefix: 129", "Expected: bits from 1 to 128"),
				Arguments.of("ratelimit.web.legacy.limit: 'X Limit'", "Property: ratelimit.web.legacy.limit"),
				Arguments.of("ratelimit.web.legacy.remaining: 'X-Left:'", "Expected: the name of a header field"),
				Arguments.of("ratelimit.web.legacy.reset: ''", "Property: ratelimit.web.legacy.reset"),
				Arguments.of("ratelimit.web.legacy.reset: x-ratelimit-limit",
						"Expected: a name that no other field about limits has"),
				Arguments.of("ratelimit.web.legacy.reset: Retry-After",
						"Expected: a name that no other field about limits has"),
				Arguments.of("ratelimit.web.legacy.reset-format: iso", "ratelimit.web.legacy.reset-format"),
				Arguments.of("ratelimit.web.forwarded-header: x-real-ip", "ratelimit.web.forwarded-header"),
				Arguments.of("{ ratelimit.web.trusted-proxies: 10.0.0.0/8, server.forward-headers-strategy: native }",
						"Expected: no proxies, because the server replaces addresses itself"
								+ " (server.forward-headers-strategy=native); to trust these proxies,"
								+ " set server.forward-headers-strategy=none"),
				Arguments.of(
						"{ ratelimit.web.trusted-proxies: 10.0.0.0/8, server.forward-headers-strategy: FRAMEWORK }",
						"(server.forward-headers-strategy=FRAMEWORK)"),
				Arguments.of("{ ratelimit.web.trusted-proxies: 10.0.0.0/8, spring.main.cloud-platform: kubernetes }",
						"(server.forward-headers-strategy=native by default on kubernetes)"),
				Arguments.of("ratelimit.store.on-failure: open", "ratelimit.store.on-failure"),
				Arguments.of("ratelimit.policies.api: { limits: 5/1m, on-failure: open }",
						"ratelimit.policies.api.on-failure"),
				Arguments.of("ratelimit.store.type: redis", "Property: ratelimit.store.type"));
	}

	@Test
	void saysWhichAnnotationIsWrong(CapturedOutput output) throws IOException {
		fails("ratelimit.policies.login: { limits: 5/1m }", Misspelt.class);
		assertThat(output).contains("APPLICATION FAILED TO START",
				"Part:     policy of @RateLimit on " + Misspelt.class.getName() + ".call", "Value:    \"logn\"",
				"Expected: the name of a policy below ratelimit.policies");
	}

	private void fails(String yaml, Class<?>... beans) throws IOException {
		Path file = Files.writeString(this.folder.resolve("application.yml"), yaml);
		assertThatThrownBy(() -> new SpringApplicationBuilder(Application.class).sources(beans)
			.properties("server.port=0", "spring.main.banner-mode=off",
					"spring.autoconfigure.exclude=org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration")
			.run("--spring.config.location=" + file.toUri())
			.close()).isNotNull();
	}

	@SpringBootConfiguration
	@EnableAutoConfiguration
	static class Application {

	}

	static class Misspelt {

		@RateLimit("logn")
		void call() {
		}

	}

}
