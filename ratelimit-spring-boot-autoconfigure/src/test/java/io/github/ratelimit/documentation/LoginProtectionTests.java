package io.github.ratelimit.documentation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import com.example.recipes.RecipeBeans;
import com.example.security.Accounts;
import com.example.security.Attacker;
import com.example.security.SecurityChains;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

import io.github.ratelimit.KeyText;
import io.github.ratelimit.RateLimiter;

import org.springframework.boot.WebApplicationType;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The recipes for logins, attacked by a client that knows the page and has as many
 * addresses as guesses, in front of each usual set-up of Spring Security on both stacks.
 * What counts is how often a password was compared with that of the victim.
 */
@ParameterizedClass
@MethodSource("applications")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LoginProtectionTests {

	/** Of each account, as the page says. */
	private static final int ALLOWED = 20;

	private static final int GUESSES = 24;

	private static final String FORM = "application/x-www-form-urlencoded";

	private static final String MULTIPART = "multipart/form-data; boundary=x";

	private static final String PADDING = "x".repeat(40_000);

	private static final AtomicInteger victims = new AtomicInteger();

	static final List<Attack> FORM_ATTACKS = List.of(
			attack("as a browser does",
					(attacker, victim, i) -> attacker.post("/login", "username=" + victim + "&password=" + i)),
			attack("decoy in the query",
					(attacker, victim, i) -> attacker.post("/login?username=decoy" + i,
							"username=" + victim + "&password=" + i)),
			attack("decoy in the body",
					(attacker, victim, i) -> attacker.post("/login?username=" + victim + "&password=" + i,
							"username=decoy" + i + "&password=" + i)),
			attack("victim in the query, no name in the body",
					(attacker, victim, i) -> attacker.post("/login?username=" + victim, "password=" + i)),
			attack("decoy behind the victim",
					(attacker, victim, i) -> attacker.post("/login",
							"username=" + victim + "&username=decoy" + i + "&password=" + i)),
			attack("decoy ahead of the victim",
					(attacker, victim, i) -> attacker.post("/login",
							"username=decoy" + i + "&username=" + victim + "&password=" + i)),
			attack("multipart",
					(attacker, victim, i) -> attacker.post("/login", MULTIPART,
							BodyPublishers
								.ofString(Attacker.multipart("username", victim, "password", String.valueOf(i))))),
			attack("multipart, decoy in the query",
					(attacker, victim, i) -> attacker.post("/login?username=decoy" + i, MULTIPART,
							BodyPublishers
								.ofString(Attacker.multipart("username", victim, "password", String.valueOf(i))))),
			attack("large multipart",
					(attacker, victim, i) -> attacker.post("/login", MULTIPART,
							BodyPublishers.ofString(Attacker.multipart("padding", PADDING + i, "username", victim,
									"password", String.valueOf(i))))),
			attack("multipart in chunks",
					(attacker, victim, i) -> attacker.post("/login", MULTIPART,
							Attacker.chunked(Attacker.multipart("username", victim, "password", String.valueOf(i))))),
			attack("another kind of multipart",
					(attacker, victim, i) -> attacker.post("/login", "multipart/mixed; boundary=x",
							BodyPublishers
								.ofString(Attacker.multipart("username", victim, "password", String.valueOf(i))))),
			attack("large form",
					(attacker, victim, i) -> attacker.post("/login",
							"padding=" + PADDING + "&username=" + victim + "&password=" + i)),
			attack("form in chunks",
					(attacker, victim, i) -> attacker.post("/login", FORM,
							Attacker.chunked("username=" + victim + "&password=" + i))),
			attack("blank behind the name",
					(attacker, victim, i) -> attacker.post("/login",
							"username=" + victim + "%20".repeat(i) + "&password=" + i)),
			attack("control characters around the name",
					(attacker, victim, i) -> attacker.post("/login",
							"username=" + "%01".repeat(i) + victim + "%09%00&password=" + i)),
			attack("other letters",
					(attacker, victim, i) -> attacker.post("/login",
							"username=" + someUpperCase(victim, i) + "&password=" + i)),
			attack("letters that become others in upper case",
					(attacker, victim, i) -> attacker.post("/login",
							"username=" + victim.replace("s", "%C5%BF") + "&password=" + i)),
			attack("invisible characters",
					(attacker, victim, i) -> attacker.post("/login",
							"username=" + victim + "%E2%80%8B".repeat(i) + "&password=" + i)),
			attack("encoded name of the parameter",
					(attacker, victim, i) -> attacker.post("/login", "us%65rname=" + victim + "&password=" + i)),
			attack("type in other letters",
					(attacker, victim, i) -> attacker.post("/login", "Application/X-WWW-Form-URLencoded; a=" + i,
							BodyPublishers.ofString("username=" + victim + "&password=" + i))),
			attack("charset of its own",
					(attacker, victim, i) -> attacker.post("/login", FORM + ";charset=ISO-8859-1",
							BodyPublishers.ofString("username=" + victim + "&password=" + i + "&x=%E4"))),
			attack("something malformed beside it",
					(attacker, victim, i) -> attacker.post("/login",
							"x=%zz" + i + "&username=" + victim + "&password=" + i)),
			attack("something malformed in the query",
					(attacker, victim, i) -> attacker.post("/login?x=%25zz%" + "FF&username",
							"username=" + victim + "&password=" + i)),
			attack("other type",
					(attacker, victim, i) -> attacker.post("/login", "text/plain",
							BodyPublishers.ofString("username=" + victim + "&password=" + i))),
			attack("looks like a preflight",
					(attacker, victim, i) -> attacker.post("/login", FORM,
							BodyPublishers.ofString("username=" + victim + "&password=" + i), "Origin", "https://x",
							"Access-Control-Request-Method", "POST")),
			attack("other method by header and field",
					(attacker, victim, i) -> attacker.post("/login", FORM,
							BodyPublishers.ofString("_method=PUT&username=" + victim + "&password=" + i),
							"X-HTTP-Method-Override", "PUT")),
			attack("other ways to write the path",
					(attacker, victim,
							i) -> attacker.post(List.of("/login/", "//login", "/%6cogin", "/login;x=" + i, "/./login",
									"/login%2f", "/LOGIN")
								.get(i % 7), "username=" + victim + "&password=" + i)),
			attack("forged proxy",
					(attacker, victim, i) -> attacker.post("/login", FORM,
							BodyPublishers.ofString("username=" + victim + "&password=" + i), "Forwarded",
							"for=192.0.2." + i)));

	static final List<Attack> BASIC_ATTACKS = List.of(
			attack("as a client does",
					(attacker, victim, i) -> attacker.basic("GET", "/hello", Attacker.basic(victim, "guess" + i))),
			attack("forged preflight",
					(attacker, victim, i) -> attacker.basic("OPTIONS", "/hello", Attacker.basic(victim, "guess" + i),
							"Origin", "https://x", "Access-Control-Request-Method", "GET")),
			attack("preflight of an origin that is allowed",
					(attacker, victim, i) -> attacker.basic("OPTIONS", "/hello", Attacker.basic(victim, "guess" + i),
							"Origin", "https://shop.example", "Access-Control-Request-Method", "GET")),
			attack("other method",
					(attacker, victim, i) -> attacker.basic(List.of("HEAD", "PUT", "PATCH", "DELETE").get(i % 4),
							"/hello", Attacker.basic(victim, "guess" + i))),
			attack("other paths",
					(attacker, victim, i) -> attacker.basic("GET", "/nothing/" + i,
							Attacker.basic(victim, "guess" + i))),
			attack("login page",
					(attacker, victim, i) -> attacker.basic("GET", "/login", Attacker.basic(victim, "guess" + i))),
			attack("error page",
					(attacker, victim, i) -> attacker.basic("GET", "/error", Attacker.basic(victim, "guess" + i))),
			attack("other letters in the name",
					(attacker, victim, i) -> attacker.basic("GET", "/hello",
							Attacker.basic(someUpperCase(victim, i), "guess" + i))),
			attack("scheme in other letters",
					(attacker, victim, i) -> attacker.basic("GET", "/hello",
							Attacker.basic(victim, "guess" + i).replace("Basic", "bAsIC"))),
			attack("no blank behind the scheme",
					(attacker, victim, i) -> attacker.basic("GET", "/hello",
							Attacker.basic(victim, "guess" + i).replace("Basic ", "Basicx"))),
			attack("blanks around it",
					(attacker, victim, i) -> attacker.basic("GET", "/hello",
							Attacker.basic(victim, "guess" + i) + " ".repeat(i))),
			attack("colons in the password",
					(attacker, victim, i) -> attacker.basic("GET", "/hello", Attacker.basic(victim, ":" + i + ":"))),
			attack("a page is asked for",
					(attacker, victim, i) -> attacker.basic("GET", "/hello", Attacker.basic(victim, "guess" + i),
							"Accept", "text/html", "X-Requested-With", "XMLHttpRequest")),
			attack("other credentials behind them",
					(attacker, victim, i) -> attacker.basic("GET", "/hello", Attacker.basic(victim, "guess" + i),
							"Authorization", Attacker.basic("decoy" + i, "x"))),
			attack("other credentials ahead of them", (attacker, victim, i) -> attacker.basic("GET", "/hello",
					Attacker.basic("decoy" + i, "x"), "Authorization", Attacker.basic(victim, "guess" + i))));

	@Parameter(0)
	WebApplicationType stack;

	@Parameter(1)
	SecurityChains chains;

	private RunningPage shop;

	static Stream<Arguments> applications() {
		return Stream.of(WebApplicationType.SERVLET, WebApplicationType.REACTIVE)
			.flatMap((stack) -> Stream.of(SecurityChains.values()).map((chains) -> Arguments.of(stack, chains)));
	}

	/** Both recipes in one application, where forwarding headers name addresses. */
	private synchronized RunningPage shop() {
		if (this.shop == null) {
			Page page = Page.named("recipes");
			List<Class<?>> beans = Stream.concat(this.chains.beans().stream(), Stream.of(RecipeBeans.class)).toList();
			this.shop = RunningPage.start(this.stack,
					List.of(page.snippet("Login protection", "yaml"), page.snippet("HTTP Basic", "yaml")), beans,
					"--secured=true", "--ratelimit.web.trusted-proxies=127.0.0.1",
					"--server.netty.max-keep-alive-requests=1");
		}
		return this.shop;
	}

	@AfterParameterizedClassInvocation
	void stop() {
		if (this.shop != null) {
			this.shop.close();
			this.shop = null;
		}
	}

	@ParameterizedTest
	@FieldSource("FORM_ATTACKS")
	void formLoginIsGuessedAtAsOftenAsAllowed(Attack attack) {
		assertGuesses(attack);
	}

	@ParameterizedTest
	@FieldSource("BASIC_ATTACKS")
	void basicIsGuessedAtAsOftenAsAllowed(Attack attack) {
		assertGuesses(attack);
	}

	private void assertGuesses(Attack attack) {
		String victim = victim();
		Attacker attacker = attacker();
		for (int i = 0; i < GUESSES; i++) {
			guess(attack, attacker, victim, i);
		}
		assertThat(shop().bean(Accounts.class).guesses(victim)).isLessThanOrEqualTo(ALLOWED);
	}

	/** A server may close the connection of who sends too much. */
	private static void guess(Attack attack, Attacker attacker, String victim, int i) {
		try {
			attack.guess().guess(attacker, victim, i);
		}
		catch (UncheckedIOException ex) {
			assertThat(ex.getCause()).isInstanceOf(IOException.class);
		}
	}

	@Test
	void valuesThatCannotBeReadAreOneMoreClientForAllAccounts() {
		String victim = victim();
		for (String attack : List.of("as a browser does", "multipart in chunks", "large multipart",
				"something malformed beside it")) {
			Attack guess = FORM_ATTACKS.stream().filter((it) -> it.name().equals(attack)).findFirst().orElseThrow();
			for (int i = 0; i < GUESSES; i++) {
				guess(guess, attacker(), victim, i);
			}
		}
		assertThat(shop().bean(Accounts.class).guesses(victim)).isBetween(ALLOWED, 2 * ALLOWED);
	}

	@ParameterizedTest
	@EnumSource
	void guessesAreLimitedAndWhoKnowsThePasswordIsNot(Login login) {
		String victim = victim();
		String other = victim();
		for (int i = 0; i < GUESSES; i++) {
			assertThat(login.ok(login.send(attacker(), other, Accounts.password(other)))).isTrue();
		}
		for (int i = 0; i < ALLOWED; i++) {
			HttpResponse<String> answer = login.send(attacker(), victim, "guess" + i);
			assertThat(answer.statusCode()).isNotEqualTo(429);
			assertThat(login.ok(answer)).isFalse();
		}
		assertThat(shop().bean(Accounts.class).guesses(victim)).isEqualTo(ALLOWED);
		assertThat(login.send(attacker(), victim, Accounts.password(victim)).statusCode()).isEqualTo(429);
		assertThat(login.ok(login.send(attacker(), other, Accounts.password(other)))).isTrue();
		shop().bean(RateLimiter.class).reset(login.policy, login.key(victim + " "));
		assertThat(login.ok(login.send(attacker(), victim, Accounts.password(victim)))).isTrue();
	}

	@Test
	void realPreflightIsNeverRejectedWhereCorsIsConfigured() {
		for (int i = 0; i < GUESSES; i++) {
			HttpResponse<String> answer = attacker().basic("OPTIONS", "/hello", "none", "Origin",
					"https://shop.example", "Access-Control-Request-Method", "GET");
			if (this.chains == SecurityChains.OWN_WITH_CORS) {
				assertThat(answer.statusCode()).isEqualTo(200);
				assertThat(answer.headers().firstValue("Access-Control-Allow-Origin")).hasValue("https://shop.example");
			}
		}
	}

	/** Accounts are enough for each attack of one application. */
	private static String victim() {
		return "user" + victims.getAndIncrement() % 100;
	}

	private Attacker attacker() {
		return new Attacker(shop().address("http", ""));
	}

	private static String someUpperCase(String text, int bits) {
		StringBuilder changed = new StringBuilder(text);
		for (int i = 0; i < 4; i++) {
			if ((bits >> i & 1) != 0) {
				changed.setCharAt(i, Character.toUpperCase(text.charAt(i)));
			}
		}
		return changed.toString();
	}

	private static Attack attack(String name, Guess guess) {
		return new Attack(name, guess);
	}

	enum Login {

		FORM("login-account", "param:username:") {

			@Override
			HttpResponse<String> send(Attacker attacker, String name, String password) {
				return attacker.post("/login", "username=" + name + "&password=" + password.replace(' ', '+'));
			}

			@Override
			boolean ok(HttpResponse<String> answer) {
				return answer.statusCode() == 302
						&& !answer.headers().firstValue("Location").orElseThrow().endsWith("?error");
			}

		},

		BASIC("basic-account", "basicAccount:") {

			@Override
			HttpResponse<String> send(Attacker attacker, String name, String password) {
				return attacker.basic("GET", "/hello", Attacker.basic(name, password));
			}

			@Override
			boolean ok(HttpResponse<String> answer) {
				return answer.statusCode() == 200;
			}

		};

		private final String policy;

		private final String key;

		Login(String policy, String key) {
			this.policy = policy;
			this.key = key;
		}

		/** What a parameter says is hashed, what a bean says is not. */
		String key(String name) {
			String account = KeyText.lower(name);
			return this.key + ((this == FORM) ? KeyText.hash(account) : account);
		}

		abstract HttpResponse<String> send(Attacker attacker, String name, String password);

		abstract boolean ok(HttpResponse<String> answer);

	}

	interface Guess {

		HttpResponse<String> guess(Attacker attacker, String victim, int i);

	}

	record Attack(String name, Guess guess) {

		@Override
		public String toString() {
			return this.name;
		}

	}

}
