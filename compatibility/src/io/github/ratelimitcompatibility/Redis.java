package io.github.ratelimitcompatibility;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import java.util.stream.Stream;

import io.github.ratelimitbenchmarks.WatchedProcess;

/**
 * A Redis server of our own: of the program on the PATH, else of the one that a
 * dependency carries.
 */
final class Redis implements AutoCloseable {

	private static final String HOST = "127.0.0.1";

	private final int port;

	private final Process process;

	private Redis(Path program) throws IOException, InterruptedException {
		this.port = WatchedProcess.freePort();
		this.process = WatchedProcess.start(ProcessBuilder.Redirect.DISCARD, program.toString(), "--port",
				String.valueOf(this.port), "--bind", HOST, "--save", "", "--appendonly", "no");
		while (!answers()) {
			if (this.process.waitFor(20, TimeUnit.MILLISECONDS)) {
				throw new IllegalStateException(program + " does not start");
			}
		}
	}

	static Redis start(Path program) throws IOException, InterruptedException {
		return new Redis(program);
	}

	/** The one on the PATH, else the one that a dependency carries. */
	static Path program(Path folder, String carrier) throws IOException {
		Optional<Path> installed = Stream.of(System.getenv("PATH").split(File.pathSeparator))
			.flatMap((path) -> Stream.of(Path.of(path, "redis-server"), Path.of(path, "valkey-server")))
			.filter(Files::isExecutable)
			.findFirst();
		return installed.isPresent() ? installed.get() : unpack(folder.resolve("redis-server"), carrier);
	}

	private static Path unpack(Path file, String carrier) throws IOException {
		String os = System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("mac") ? "darwin" : "linux";
		String arch = System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64";
		try (JarFile jar = new JarFile(carrier);
				InputStream content = jar.getInputStream(jar.getEntry("redis-server-7.0.15-" + os + "-" + arch))) {
			Files.write(file, content.readAllBytes());
		}
		if (!file.toFile().setExecutable(true)) {
			throw new IOException(file + " cannot be made executable");
		}
		return file;
	}

	int port() {
		return this.port;
	}

	/** What it is, for people. */
	String version() throws IOException {
		return ask("INFO server").lines()
			.filter((line) -> line.startsWith("redis_version:"))
			.map((line) -> line.substring(line.indexOf(':') + 1))
			.findFirst()
			.orElseThrow();
	}

	/** All keys, as the server writes them. */
	String keys() throws IOException {
		return ask("KEYS *");
	}

	private boolean answers() {
		try {
			return ask("PING").startsWith("+PONG");
		}
		catch (IOException ex) {
			return false;
		}
	}

	private String ask(String command) throws IOException {
		try (Socket socket = new Socket(HOST, this.port)) {
			socket.getOutputStream().write((command + "\r\nQUIT\r\n").getBytes(StandardCharsets.UTF_8));
			return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		}
	}

	@Override
	public void close() {
		WatchedProcess.stop(this.process);
	}

}
