package io.github.ratelimitsample.development;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;
import java.util.Scanner;
import java.util.concurrent.TimeUnit;

/**
 * A Redis server on this machine, without persistence.
 *
 * @param port where it listens
 */
record LocalRedis(int port) {

	static final String HOST = "127.0.0.1";

	/**
	 * Becomes the server, beside a process that ends it when the pipe ends, and the pipe
	 * ends with this JVM, even if that is killed.
	 */
	private static final String WATCHED = """
			trap '' HUP INT
			exec 3<&0
			(cat <&3 >/dev/null; kill $$) &
			exec "$@" 3<&- </dev/null
			""";

	private static final Duration PATIENCE = Duration.ofSeconds(10);

	/**
	 * Makes sure that a server answers.
	 * @return which one it is, for people
	 */
	String joinOrStart() {
		if (processId().isPresent()) {
			return "joined the server on port " + this.port;
		}
		try (RedisBinary binary = RedisBinary.find()) {
			return start(binary) ? "started " + binary.origin() + " on port " + this.port
					: "joined the server that another instance has started on port " + this.port;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted while Redis starts", ex);
		}
	}

	/**
	 * Starts a server.
	 * @return false if another one was faster
	 */
	private boolean start(RedisBinary binary) throws IOException, InterruptedException {
		Process server = run(binary);
		Instant deadline = Instant.now().plus(PATIENCE);
		while (Instant.now().isBefore(deadline)) {
			OptionalLong listening = processId();
			if (listening.isPresent()) {
				boolean own = listening.getAsLong() == server.pid();
				if (!own) {
					server.destroy();
				}
				return own;
			}
			TimeUnit.MILLISECONDS.sleep(10);
		}
		server.destroy();
		throw new IllegalStateException("No Redis answers on port " + this.port + ", although " + binary.origin()
				+ " was started. If the port is taken, set sample.redis.port; or name a Redis with"
				+ " spring.data.redis.host.");
	}

	Process run(RedisBinary binary) throws IOException {
		return new ProcessBuilder("sh", "-c", WATCHED, "redis", binary.file().toString(), "--port",
				String.valueOf(this.port), "--bind", HOST, "--save", "", "--appendonly", "no", "--dir",
				System.getProperty("java.io.tmpdir"))
			.redirectOutput(ProcessBuilder.Redirect.DISCARD)
			.redirectError(ProcessBuilder.Redirect.DISCARD)
			.start();
	}

	/**
	 * Asks the server who it is: unlike an answer to PING, that tells two of them apart.
	 */
	OptionalLong processId() {
		try (Socket socket = new Socket(HOST, this.port)) {
			socket.setSoTimeout(1000);
			socket.getOutputStream().write("INFO server\r\nQUIT\r\n".getBytes(StandardCharsets.US_ASCII));
			String id = new Scanner(socket.getInputStream(), StandardCharsets.US_ASCII)
				.findWithinHorizon("(?<=process_id:)\\d+", 0);
			return (id != null) ? OptionalLong.of(Long.parseLong(id)) : OptionalLong.empty();
		}
		catch (IOException ex) {
			return OptionalLong.empty();
		}
	}

}
