package io.github.ratelimit.documentation;

import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * The configuration with which a reader gets started.
 */
public final class GettingStartedYaml implements ApplicationContextInitializer<ConfigurableApplicationContext> {

	@Override
	public void initialize(ConfigurableApplicationContext context) {
		Page.named("getting-started").snippet("A limit", "yaml").addTo(context.getEnvironment());
	}

}
