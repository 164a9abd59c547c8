package io.github.ratelimitsample.production;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A program that does not outlive this JVM.
 */
final class WatchedProcess implements AutoCloseable {

	/**
	 * Becomes the program, beside a process that ends it when the pipe ends, and the pipe
	 * ends with this JVM, even if that is killed.
	 */
	private static final String WATCHED = """
			exec 3<&0
			(cat <&3 >/dev/null; kill $$) &
			exec "$@" 3<&- </dev/null
			""";

	private final Process process;

	private final Path output;

	private WatchedProcess(Process process, Path output) {
		this.process = process;
		this.output = output;
	}

	static WatchedProcess start(Path output, Map<String, String> environment, List<String> command) throws IOException {
		List<String> watched = Stream.concat(Stream.of("sh", "-c", WATCHED, "watched"), command.stream()).toList();
		ProcessBuilder builder = new ProcessBuilder(watched).redirectErrorStream(true).redirectOutput(output.toFile());
		builder.environment().putAll(environment);
		return new WatchedProcess(builder.start(), output);
	}

	/** A program on the PATH or where Debian has those of administrators. */
	static String program(String name) {
		return Stream.concat(Stream.of(System.getenv("PATH").split(File.pathSeparator)), Stream.of("/usr/sbin"))
			.map((folder) -> Path.of(folder, name))
			.filter(Files::isExecutable)
			.map(Path::toString)
			.findFirst()
			.orElseThrow(
					() -> new IllegalStateException(name + " is missing: sample-app/install-packages installs it"));
	}

	/**
	 * Fails if the program has ended by itself.
	 */
	void requireAlive() {
		if (!this.process.isAlive()) {
			throw new IllegalStateException("Ended with " + this.process.exitValue() + ": " + text(this.output));
		}
	}

	@Override
	public void close() {
		try {
			this.process.getOutputStream().close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		this.process.onExit().join();
	}

	private static String text(Path file) {
		try {
			return Files.readString(file);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
