package io.github.ratelimit.web;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;

import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

import org.jspecify.annotations.Nullable;

import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetails;
import org.springframework.security.oauth2.jose.jws.MacAlgorithm;
import org.springframework.security.oauth2.jwt.JwsHeader;
import org.springframework.security.oauth2.jwt.JwtClaimsSet;
import org.springframework.security.oauth2.jwt.JwtEncoderParameters;
import org.springframework.security.oauth2.jwt.NimbusJwtEncoder;

/**
 * Who calls an application in tests, as one word: {@code basic:name},
 * {@code basic:name:password}, {@code jwt:name,claim=value}, {@code forged:name},
 * {@code expired:name}, {@code bearer:text} or {@code nobody}.
 */
public final class Credentials {

	/** What signs the tokens that are not forged. */
	public static final SecretKey SECRET = key("0123456789abcdef0123456789abcdef");

	private static final SecretKey OTHER_SECRET = key("fedcba9876543210fedcba9876543210");

	private Credentials() {
	}

	/** Users whose password is {@code secret}; {@code admin} has the role ADMIN. */
	public static List<UserDetails> users() {
		return Stream.of("alice", "bob", "carol", "dave", "admin")
			.map((name) -> User.withUsername(name)
				.password("{noop}secret")
				.roles(name.equals("admin") ? "ADMIN" : "USER")
				.build())
			.toList();
	}

	/** The value of the {@code Authorization} header of a caller, or null for nobody. */
	static @Nullable String of(String caller) {
		String[] parts = caller.split("[:,]");
		return switch (parts[0]) {
			case "basic" -> basic(parts[1] + ":" + ((parts.length > 2) ? parts[2] : "secret"));
			case "jwt" -> "Bearer " + token(parts, SECRET, Instant.now().plusSeconds(600));
			case "forged" -> "Bearer " + token(parts, OTHER_SECRET, Instant.now().plusSeconds(600));
			case "expired" -> "Bearer " + token(parts, SECRET, Instant.now().minusSeconds(600));
			case "bearer" -> "Bearer " + parts[1];
			case "nobody" -> null;
			default -> throw new IllegalArgumentException(caller);
		};
	}

	private static String basic(String nameAndPassword) {
		return "Basic " + Base64.getEncoder().encodeToString(nameAndPassword.getBytes(StandardCharsets.UTF_8));
	}

	private static String token(String[] parts, SecretKey secret, Instant expiry) {
		JwtClaimsSet.Builder claims = JwtClaimsSet.builder().subject(parts[1]).expiresAt(expiry);
		for (int i = 2; i < parts.length; i++) {
			claims.claim(parts[i].split("=")[0], parts[i].split("=")[1]);
		}
		return NimbusJwtEncoder.withSecretKey(secret)
			.build()
			.encode(JwtEncoderParameters.from(JwsHeader.with(MacAlgorithm.HS256).build(), claims.build()))
			.getTokenValue();
	}

	private static SecretKey key(String text) {
		return new SecretKeySpec(text.getBytes(StandardCharsets.UTF_8), "HmacSHA256");
	}

}
