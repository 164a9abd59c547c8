package io.github.ratelimitbenchmarks;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

import org.springframework.core.io.ClassPathResource;

/**
 * A program that is a Redis server.
 *
 * @param origin where it comes from, for people
 * @param file the program
 */
record RedisBinary(String origin, Path file) {

	/** The one on the PATH, else the one that a dependency carries. */
	static RedisBinary find() throws IOException {
		Optional<RedisBinary> installed = installed();
		return installed.isPresent() ? installed.get() : embedded();
	}

	private static Optional<RedisBinary> installed() {
		return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
			.filter((folder) -> !folder.isEmpty())
			.flatMap((folder) -> Stream.of(Path.of(folder, "redis-server"), Path.of(folder, "valkey-server")))
			.filter(Files::isExecutable)
			.findFirst()
			.map((file) -> new RedisBinary(file.getFileName().toString(), file));
	}

	private static RedisBinary embedded() throws IOException {
		String os = System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("mac") ? "darwin" : "linux";
		String arch = System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64";
		Path file = Files.createTempFile("redis-server", "");
		file.toFile().deleteOnExit();
		try (InputStream content = new ClassPathResource("redis-server-7.0.15-" + os + "-" + arch).getInputStream()) {
			Files.write(file, content.readAllBytes());
		}
		if (!file.toFile().setExecutable(true)) {
			throw new IOException(file + " cannot be made executable");
		}
		return new RedisBinary("the embedded one", file);
	}

}
