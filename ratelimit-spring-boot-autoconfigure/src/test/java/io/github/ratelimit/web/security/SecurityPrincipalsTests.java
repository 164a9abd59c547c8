package io.github.ratelimit.web.security;

import java.security.Principal;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import org.springframework.security.authentication.AnonymousAuthenticationToken;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.oauth2.core.DefaultOAuth2AuthenticatedPrincipal;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.server.resource.authentication.BearerTokenAuthentication;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationToken;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link SecurityPrincipals} and {@link OAuth2TokenClaims}.
 */
class SecurityPrincipalsTests {

	private static final List<GrantedAuthority> ADMIN = AuthorityUtils.createAuthorityList("ROLE_ADMIN", "read");

	private static final Principal USER = UsernamePasswordAuthenticationToken.authenticated("alice", "secret", ADMIN);

	private static final Principal ANONYMOUS = new AnonymousAuthenticationToken("key", "anonymousUser", ADMIN);

	private static final Principal UNAUTHENTICATED = UsernamePasswordAuthenticationToken.unauthenticated("alice", "x");

	private static final Map<String, Object> CLAIMS = Map.of("sub", "alice", "tenant", 42, "aud", List.of("a", "b"));

	private final SecurityPrincipals principals = new SecurityPrincipals("ROLE_", new OAuth2TokenClaims());

	@Test
	void namesWhoIsAuthenticated() {
		assertThat(this.principals.name(USER)).isEqualTo("alice");
		assertThat(this.principals.name(() -> "bob")).isEqualTo("bob");
		assertThat(this.principals.name(ANONYMOUS)).isNull();
		assertThat(this.principals.name(UNAUTHENTICATED)).isNull();
	}

	@Test
	void rolesAreAuthoritiesWithAPrefix() {
		assertThat(this.principals.hasRole(USER, "ADMIN")).isTrue();
		assertThat(this.principals.hasRole(USER, "ROLE_ADMIN")).isTrue();
		assertThat(this.principals.hasRole(USER, "read")).isFalse();
		assertThat(this.principals.hasRole(USER, "USER")).isFalse();
		assertThat(this.principals.hasRole(ANONYMOUS, "ADMIN")).isFalse();
		assertThat(this.principals.hasRole(() -> "alice", "ADMIN")).isFalse();
		assertThat(new SecurityPrincipals("", new OAuth2TokenClaims()).hasRole(USER, "read")).isTrue();
	}

	@Test
	void jsonWebTokensClaim() {
		assertClaims(new JwtAuthenticationToken(jwt(), ADMIN));
		assertClaims(UsernamePasswordAuthenticationToken.authenticated("own principal", jwt(), ADMIN));
	}

	@Test
	void opaqueTokensClaimWhatIntrospectionSays() {
		OAuth2AccessToken token = new OAuth2AccessToken(OAuth2AccessToken.TokenType.BEARER, "token", Instant.EPOCH,
				Instant.MAX);
		assertClaims(
				new BearerTokenAuthentication(new DefaultOAuth2AuthenticatedPrincipal(CLAIMS, ADMIN), token, ADMIN));
	}

	@Test
	void withoutATokenNothingIsClaimed() {
		assertThat(this.principals.claim(USER, "sub")).isNull();
		assertThat(this.principals.claim(() -> "alice", "sub")).isNull();
		JwtAuthenticationToken unauthenticated = new JwtAuthenticationToken(jwt());
		assertThat(this.principals.claim(unauthenticated, "sub")).isNull();
	}

	private void assertClaims(Principal principal) {
		assertThat(this.principals.claim(principal, "sub")).isEqualTo("alice");
		assertThat(this.principals.claim(principal, "tenant")).isEqualTo("42");
		assertThat(this.principals.claim(principal, "aud")).isEqualTo("[a, b]");
		assertThat(this.principals.claim(principal, "missing")).isNull();
	}

	private static Jwt jwt() {
		return new Jwt("token", null, null, Map.of("alg", "none"), CLAIMS);
	}

}
