package io.github.ratelimitcompatibility;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A JDK that applications run on.
 *
 * @param home where it is
 * @param version what it says of itself, such as 17.0.15
 */
record Jdk(Path home, String version) {

	private static final int VIRTUAL_THREADS = 21;

	static Jdk at(Path home) throws IOException {
		Process process = new ProcessBuilder(home.resolve("bin/java").toString(), "--version").start();
		try (var output = process.getInputStream()) {
			return new Jdk(home, new String(output.readAllBytes(), StandardCharsets.UTF_8).split("\\s+")[1]);
		}
	}

	Path program(String name) {
		return this.home.resolve("bin").resolve(name);
	}

	boolean hasVirtualThreads() {
		return Runtime.Version.parse(this.version).feature() >= VIRTUAL_THREADS;
	}

}
