package io.github.ratelimit.web;

import org.springframework.boot.autoconfigure.AutoConfigurationImportFilter;
import org.springframework.boot.autoconfigure.AutoConfigurationMetadata;
import org.springframework.context.EnvironmentAware;
import org.springframework.core.env.Environment;

/**
 * Keeps Boot's security out of the applications of tests that do not set {@code secured}:
 * on the class path of all, it would close their doors.
 */
final class SecurityWhereAsked implements AutoConfigurationImportFilter, EnvironmentAware {

	private boolean asked;

	@Override
	public void setEnvironment(Environment environment) {
		this.asked = environment.getProperty("secured", Boolean.class, false);
	}

	@Override
	public boolean[] match(String[] autoConfigurations, AutoConfigurationMetadata metadata) {
		boolean[] matches = new boolean[autoConfigurations.length];
		for (int i = 0; i < matches.length; i++) {
			String name = autoConfigurations[i];
			matches[i] = this.asked || name == null || !name.startsWith("org.springframework.boot.security.");
		}
		return matches;
	}

}
