package io.github.ratelimit.web.servlet;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;

import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

import jakarta.servlet.http.HttpSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.oauth2.jose.jws.MacAlgorithm;
import org.springframework.security.oauth2.jwt.JwsHeader;
import org.springframework.security.oauth2.jwt.JwtClaimsSet;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtEncoderParameters;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.security.oauth2.jwt.NimbusJwtEncoder;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Who is counted in an application that Spring Security protects, on Spring MVC and
 * Tomcat.
 */
class ServletCallerTests {

	private static final SecretKey SECRET = new SecretKeySpec("0123456789abcdef0123456789abcdef".getBytes(),
			"HmacSHA256");

	private static ConfigurableApplicationContext context;

	private final HttpClient client = HttpClient.newHttpClient();

	@BeforeAll
	static void start() {
		String[] arguments = Stream.of(
				Stream.of("--server.port=0", "--spring.config.location=optional:classpath:none.yml",
						"--ratelimit.store.type=memory"),
				policy("principal", "key=principal"), policy("claim", "key=claim:tenant|principal"),
				policy("role", "exempt-roles=SUPPORT,ADMIN"),
				policy("spel", "unless=claim('plan') == 'gold' or hasRole('ADMIN') or principal == 'bob'"),
				policy("failing", "unless=header('X-Length').length() > 3"), policy("form", "key=param:user"),
				policy("json", "key=param:user"))
			.flatMap((part) -> part)
			.toArray(String[]::new);
		context = new SpringApplicationBuilder(Application.class).run(arguments);
	}

	@AfterAll
	static void stop() {
		context.close();
	}

	static Stream<Arguments> callers() {
		return Stream.of(
				Arguments.of("/principal", "basic:alice basic:bob basic:alice jwt:alice nobody nobody jwt:carol",
						"200 200 429 429 200 429 200"),
				Arguments.of("/claim",
						"jwt:alice,tenant=acme jwt:bob,tenant=acme jwt:bob,tenant=other jwt:carol basic:alice basic:alice"
								+ " nobody nobody",
						"200 429 200 200 200 429 200 429"),
				Arguments.of("/role", "nobody nobody basic:admin basic:admin basic:alice", "200 429 200 200 429"),
				Arguments.of("/spel", "nobody nobody basic:bob jwt:alice,plan=gold jwt:alice,plan=free basic:admin",
						"200 429 200 200 429 200"));
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("callers")
	void callersAreWhomSpringSecurityAuthenticates(String path, String callers, String expected) throws Exception {
		List<String> statuses = new ArrayList<>();
		for (String caller : callers.split(" ")) {
			statuses.add(String.valueOf(send(get(path, "Authorization", authorization(caller))).statusCode()));
		}
		assertThat(String.join(" ", statuses)).isEqualTo(expected);
	}

	@Test
	void conditionThatFailsExemptsNobodyAndIsTheApplicationsFault() throws Exception {
		assertThat(send(get("/failing", "X-Length", "long")).statusCode()).isEqualTo(200);
		assertThat(send(get("/failing", "X-Length", "long")).statusCode()).isEqualTo(200);
		assertThat(send(get("/failing", "X-Other", "")).statusCode()).isEqualTo(500);
		assertThat(send(get("/failing", "X-Length", "1")).statusCode()).isEqualTo(200);
		assertThat(send(get("/failing", "X-Length", "1")).statusCode()).isEqualTo(429);
	}

	@Test
	void formsAreCountedByTheirFieldsAndReachTheHandler() throws Exception {
		String form = "application/x-www-form-urlencoded";
		assertThat(send(post("/form", form, "user=alice&password=x")).body()).isEqualTo("alice:x");
		assertThat(send(post("/form", form, "user=bob&password=y")).body()).isEqualTo("bob:y");
		assertThat(send(post("/form", form, "user=alice&password=z")).statusCode()).isEqualTo(429);
	}

	@Test
	void otherBodiesAreLeftAlone() throws Exception {
		String json = "{\"user\":\"alice\"}";
		assertThat(send(post("/json?user=alice", "application/json", json)).body()).isEqualTo(json);
		assertThat(send(post("/json?user=alice", "application/json", json)).statusCode()).isEqualTo(429);
		assertThat(send(post("/json", "text/plain", "user=bob")).body()).isEqualTo("user=bob");
	}

	private static Stream<String> policy(String name, String property) {
		String prefix = "--ratelimit.policies." + name + ".";
		return Stream.of(prefix + "paths=/" + name, prefix + "limits=1/1m", prefix + property);
	}

	/** Reads {@code basic:name}, {@code jwt:name,claim=value} and {@code nobody}. */
	private static String authorization(String caller) {
		String[] parts = caller.split("[:,]");
		return switch (parts[0]) {
			case "basic" ->
				"Basic " + Base64.getEncoder().encodeToString((parts[1] + ":secret").getBytes(StandardCharsets.UTF_8));
			case "jwt" -> "Bearer " + token(parts);
			default -> "";
		};
	}

	private static String token(String[] parts) {
		JwtClaimsSet.Builder claims = JwtClaimsSet.builder().subject(parts[1]);
		for (int i = 2; i < parts.length; i++) {
			claims.claim(parts[i].split("=")[0], parts[i].split("=")[1]);
		}
		return NimbusJwtEncoder.withSecretKey(SECRET)
			.build()
			.encode(JwtEncoderParameters.from(JwsHeader.with(MacAlgorithm.HS256).build(), claims.build()))
			.getTokenValue();
	}

	private static HttpRequest get(String path, String header, String value) {
		return HttpRequest.newBuilder(uri(path)).header(header, value).build();
	}

	private static HttpRequest post(String path, String type, String body) {
		return HttpRequest.newBuilder(uri(path))
			.header("Content-Type", type)
			.POST(HttpRequest.BodyPublishers.ofString(body))
			.build();
	}

	private static URI uri(String path) {
		return URI
			.create("http://127.0.0.1:" + context.getEnvironment().getRequiredProperty("local.server.port") + path);
	}

	private HttpResponse<String> send(HttpRequest request) throws Exception {
		return this.client.send(request, HttpResponse.BodyHandlers.ofString());
	}

	@SpringBootConfiguration
	@EnableAutoConfiguration
	@EnableWebSecurity
	@Import(Handlers.class)
	static class Application {

		@Bean
		SecurityFilterChain security(HttpSecurity http) {
			return http.authorizeHttpRequests((requests) -> requests.anyRequest().permitAll())
				.httpBasic(Customizer.withDefaults())
				.oauth2ResourceServer((server) -> server.jwt(Customizer.withDefaults()))
				.csrf(AbstractHttpConfigurer::disable)
				.build();
		}

		@Bean
		UserDetailsService users() {
			return new InMemoryUserDetailsManager(Stream.of("alice", "bob", "admin")
				.map((name) -> User.withUsername(name)
					.password("{noop}secret")
					.roles(name.equals("admin") ? "ADMIN" : "USER")
					.build())
				.toList());
		}

		@Bean
		JwtDecoder decoder() {
			return NimbusJwtDecoder.withSecretKey(SECRET).build();
		}

	}

	@RestController
	static class Handlers {

		@GetMapping({ "/principal", "/claim", "/role", "/spel", "/failing" })
		String any() {
			return "done";
		}

		@GetMapping("/login")
		String login(HttpSession session) {
			return session.getId();
		}

		@PostMapping("/form")
		String form(@RequestParam String user, @RequestParam String password) {
			return user + ":" + password;
		}

		@PostMapping("/json")
		String json(@RequestBody String body) {
			return body;
		}

	}

}
