package io.github.ratelimitbenchmarks;

import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.util.Properties;
import java.util.concurrent.TimeUnit;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.sync.RedisCommands;

/**
 * A Redis server that nobody else uses, without persistence, and a connection to look at
 * it.
 */
public final class OwnRedis implements AutoCloseable {

	/** Where it listens. */
	public static final String HOST = "127.0.0.1";

	private final int port;

	private final String origin;

	private final Process process;

	private final RedisClient client;

	private final RedisCommands<String, String> commands;

	private OwnRedis(RedisBinary binary, int port) throws IOException, InterruptedException {
		this.port = port;
		this.origin = binary.origin();
		this.process = WatchedProcess.start(ProcessBuilder.Redirect.DISCARD, binary.file().toString(), "--port",
				String.valueOf(port), "--bind", HOST, "--save", "", "--appendonly", "no", "--dir",
				System.getProperty("java.io.tmpdir"));
		awaitListening();
		this.client = RedisClient.create(uri());
		this.commands = this.client.connect().sync();
	}

	/**
	 * Starts a server on a free port.
	 * @return the server, which answers
	 */
	public static OwnRedis start() throws IOException, InterruptedException {
		return new OwnRedis(RedisBinary.find(), WatchedProcess.freePort());
	}

	private void awaitListening() throws InterruptedException {
		Instant deadline = Instant.now().plus(Duration.ofSeconds(10));
		while (!listens()) {
			if (Instant.now().isAfter(deadline) || this.process.waitFor(10, TimeUnit.MILLISECONDS)) {
				throw new IllegalStateException("No Redis answers on port " + this.port);
			}
		}
	}

	private boolean listens() {
		try (Socket socket = new Socket(HOST, this.port)) {
			return socket.isConnected();
		}
		catch (IOException ex) {
			return false;
		}
	}

	/**
	 * Where on {@link #HOST} it listens.
	 * @return the port
	 */
	public int port() {
		return this.port;
	}

	/**
	 * Its address for clients other than Spring's.
	 * @return the address as Lettuce writes it
	 */
	public RedisURI uri() {
		return RedisURI.create(HOST, this.port);
	}

	/**
	 * Which server it is.
	 * @return its version and where it comes from, for people
	 */
	public String description() {
		Properties server = RedisUse.fields(this.commands.info("server"));
		return server.getProperty("server_name", "Redis") + " "
				+ server.getProperty("valkey_version", server.getProperty("redis_version")) + " (" + this.origin + ")";
	}

	/**
	 * What it has done since it started.
	 * @return the sums, to be compared with later ones
	 */
	public RedisUse use() {
		return RedisUse.of(this.commands.info("all"));
	}

	/**
	 * Forgets all keys.
	 */
	public void clear() {
		this.commands.flushall();
	}

	/**
	 * Memory of all keys, their names included.
	 * @return bytes, as MEMORY USAGE counts them
	 */
	public long keyBytes() {
		return this.commands.keys("*").stream().mapToLong(this.commands::memoryUsage).sum();
	}

	@Override
	public void close() {
		this.client.shutdown();
		WatchedProcess.stop(this.process);
	}

}
