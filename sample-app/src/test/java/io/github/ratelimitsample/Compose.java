package io.github.ratelimitsample;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import org.yaml.snakeyaml.Yaml;

/**
 * The production picture as {@code docker-compose.yml} draws it.
 *
 * @param services by name
 */
public record Compose(Map<String, Map<String, Object>> services) {

	/** Where the file lies, and what is named in it. */
	public static final Path PROJECT = Path.of("..");

	public static Compose read() throws IOException {
		try (InputStream file = Files.newInputStream(PROJECT.resolve("docker-compose.yml"))) {
			Map<String, Map<String, Map<String, Object>>> content = new Yaml().load(file);
			return new Compose(content.get("services"));
		}
	}

	/** The variables of a service. */
	public Map<String, String> environment(String service) {
		return map(service, "environment");
	}

	/** Those that run the sample. */
	List<String> instances() {
		return this.services.keySet().stream().filter((name) -> name.startsWith("app-")).sorted().toList();
	}

	/** Services that say such a thing of themselves. */
	Set<String> having(String name) {
		return this.services.keySet()
			.stream()
			.filter((service) -> this.services.get(service).containsKey(name))
			.collect(Collectors.toSet());
	}

	/** The file of the project that is at this place in the container of a service. */
	Path mounted(String service, String place) {
		return list(service, "volumes").stream()
			.map((volume) -> volume.split(":"))
			.filter((volume) -> Path.of(place).startsWith(volume[1]))
			.map((volume) -> PROJECT.resolve(volume[0]).resolve(Path.of(volume[1]).relativize(Path.of(place))))
			.findFirst()
			.orElseThrow();
	}

	@SuppressWarnings("unchecked")
	<T> Map<String, T> map(String service, String name) {
		return (Map<String, T>) this.services.get(service).get(name);
	}

	@SuppressWarnings("unchecked")
	List<String> list(String service, String name) {
		return (List<String>) this.services.get(service).get(name);
	}

}
