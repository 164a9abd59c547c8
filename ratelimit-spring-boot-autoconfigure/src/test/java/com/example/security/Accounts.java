package com.example.security;

import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.core.userdetails.MapReactiveUserDetailsService;
import org.springframework.security.core.userdetails.ReactiveUserDetailsService;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetails;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;

/**
 * Accounts of an application, {@code user0} to {@code user99}, whose names are compared
 * as databases compare them. Counts how often a password was compared with that of each
 * account: an attacker has made as many guesses, whatever was answered.
 */
@Configuration(proxyBeanMethods = false)
public class Accounts {

	private static final int ACCOUNTS = 100;

	private final Map<String, AtomicInteger> guesses = new ConcurrentHashMap<>();

	public static String password(String account) {
		return "secret of " + account;
	}

	/** Wrong passwords that were tried at an account. */
	public int guesses(String account) {
		return this.guesses.computeIfAbsent(account, (name) -> new AtomicInteger()).get();
	}

	@Bean
	PasswordEncoder passwords() {
		return new PasswordEncoder() {

			@Override
			public String encode(CharSequence password) {
				return password.toString();
			}

			@Override
			public boolean matches(CharSequence password, String encoded) {
				boolean matches = encoded.contentEquals(password);
				if (!matches) {
					Accounts.this.guesses
						.computeIfAbsent(encoded.replace("secret of ", ""), (name) -> new AtomicInteger())
						.incrementAndGet();
				}
				return matches;
			}

		};
	}

	@Bean
	@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
	UserDetailsService servletAccounts() {
		InMemoryUserDetailsManager users = new InMemoryUserDetailsManager(users().toList());
		return (name) -> users.loadUserByUsername(folded(name));
	}

	@Bean
	@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
	ReactiveUserDetailsService reactiveAccounts() {
		MapReactiveUserDetailsService users = new MapReactiveUserDetailsService(users().toList());
		return (name) -> users.findByUsername(folded(name));
	}

	/** As databases compare: in upper case, and without what cannot be seen. */
	private static String folded(String name) {
		return name.replace("\u200b", "").toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT);
	}

	private static Stream<UserDetails> users() {
		return IntStream.range(0, ACCOUNTS)
			.mapToObj((i) -> "user" + i)
			.map((name) -> User.withUsername(name).password(password(name)).roles("USER").build());
	}

}
