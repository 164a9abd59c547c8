package io.github.ratelimitsample.development;

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
 * @param unpacked whether the file is a copy that nobody needs once it runs
 */
record RedisBinary(String origin, Path file, boolean unpacked) implements AutoCloseable {

	/** The one on the PATH, else the one that this application carries. */
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
			.map((file) -> new RedisBinary(file.toString(), file, false));
	}

	static RedisBinary embedded() throws IOException {
		String os = System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("mac") ? "darwin" : "linux";
		String arch = System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64";
		ClassPathResource resource = new ClassPathResource("redis-server-7.0.15-" + os + "-" + arch);
		Path file = Files.createTempFile("redis-server", "");
		try (InputStream content = resource.getInputStream()) {
			Files.write(file, content.readAllBytes());
		}
		if (!file.toFile().setExecutable(true)) {
			throw new IOException(file + " cannot be made executable");
		}
		return new RedisBinary("embedded " + resource.getFilename(), file, true);
	}

	@Override
	public void close() throws IOException {
		if (this.unpacked) {
			Files.deleteIfExists(this.file);
		}
	}

}
