package io.github.ratelimit.redis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A server that ends with this JVM, however that ends: what starts it holds a pipe of the
 * JVM.
 */
final class RedisProcess {

	private final Process watchdog;

	private RedisProcess(Process watchdog) {
		this.watchdog = watchdog;
	}

	/** Starts a server and waits until it answers. */
	static RedisProcess start(TestRedis.Server server, List<String> command) {
		List<String> watched = new ArrayList<>(
				List.of("sh", "-c", "\"$@\" >/dev/null & cat; kill $! 2>/dev/null; wait", "redis"));
		watched.addAll(command);
		try {
			Process watchdog = new ProcessBuilder(watched).start();
			Instant deadline = Instant.now().plus(Duration.ofSeconds(10));
			while (!server.answers()) {
				if (Instant.now().isAfter(deadline) || watchdog.waitFor(10, TimeUnit.MILLISECONDS)) {
					throw new IllegalStateException(command.get(0) + " does not answer on port " + server.port());
				}
			}
			return new RedisProcess(watchdog);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	/** Asks the server to end. */
	void stop() throws IOException {
		this.watchdog.getOutputStream().close();
		this.watchdog.onExit().join();
	}

	/** Ends the server without asking it. */
	void kill() throws IOException {
		ProcessHandle server = server().orElseThrow();
		server.destroyForcibly();
		server.onExit().join();
		stop();
	}

	/** Stops the server in the middle of what it does, until {@link #thaw()}. */
	void freeze() throws IOException {
		signal("-STOP");
	}

	/** Lets the server go on. */
	void thaw() throws IOException {
		signal("-CONT");
	}

	private void signal(String signal) throws IOException {
		Optional<ProcessHandle> server = server();
		if (server.isPresent()) {
			new ProcessBuilder("kill", signal, String.valueOf(server.get().pid())).start().onExit().join();
		}
	}

	private Optional<ProcessHandle> server() {
		return this.watchdog.children()
			.filter((child) -> child.info().command().filter((command) -> command.contains("-server")).isPresent())
			.findFirst();
	}

}
