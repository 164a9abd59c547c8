package io.github.ratelimit.documentation;

import java.nio.charset.StandardCharsets;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.ByteArrayResource;

/**
 * A block of code on a page.
 *
 * @param page the name of the page
 * @param heading the heading that it stands below
 * @param language what it is written in, empty if the page does not say
 * @param theirs whether it is that of another limiter, shown beside ours
 * @param text the code
 */
record Snippet(String page, String heading, String language, boolean theirs, String text) {

	/** Of ours, in some language. */
	boolean ours(String language) {
		return !this.theirs && this.language.equals(language);
	}

	/** As configuration, comes after all that an application has already. */
	void addTo(ConfigurableEnvironment environment) {
		sources().forEach(environment.getPropertySources()::addLast);
	}

	private List<PropertySource<?>> sources() {
		try {
			return new YamlPropertySourceLoader().load(toString(),
					new ByteArrayResource(this.text.getBytes(StandardCharsets.UTF_8)));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public String toString() {
		return this.page + ", " + this.heading;
	}

}
