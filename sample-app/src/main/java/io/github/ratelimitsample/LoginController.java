package io.github.ratelimitsample;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Map;

import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/**
 * Where passwords are guessed. Policy {@code login} limits how often.
 */
@RestController
class LoginController {

	private static final Map<String, String> PASSWORDS = Map.of("alice", "wonderland", "bob", "builder");

	@PostMapping(path = "/login", consumes = MediaType.APPLICATION_JSON_VALUE)
	User json(@RequestBody Credentials credentials) {
		return login(credentials);
	}

	@PostMapping(path = "/login", consumes = MediaType.APPLICATION_FORM_URLENCODED_VALUE)
	User form(Credentials credentials) {
		return login(credentials);
	}

	private static User login(Credentials given) {
		byte[] expected = bytes(PASSWORDS.getOrDefault(given.user(), ""));
		if (expected.length == 0 || !MessageDigest.isEqual(expected, bytes(given.password()))) {
			throw new ResponseStatusException(HttpStatus.UNAUTHORIZED, "User and password do not match");
		}
		return new User(given.user());
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	/** What is missing is empty, and matches nobody. */
	record Credentials(String user, String password) {

		Credentials {
			user = (user != null) ? user : "";
			password = (password != null) ? password : "";
		}

	}

	record User(String user) {
	}

}
