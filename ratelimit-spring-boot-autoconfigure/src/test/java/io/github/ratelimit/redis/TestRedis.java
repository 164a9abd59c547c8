package io.github.ratelimit.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

import com.redis.testcontainers.RedisContainer;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.testcontainers.DockerClientFactory;

import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * A real Redis for tests, started once per JVM and never skipped: Docker where it
 * answers, else a {@code redis-server} or {@code valkey-server} on the PATH, else the
 * binary that a Maven artefact carries. The system property {@code ratelimit.test.redis}
 * forces one ({@code docker}, {@code path}, {@code embedded}) or names a server that runs
 * already ({@code redis://host:port}).
 */
public final class TestRedis implements ParameterResolver {

	private static final String FORCED = System.getProperty("ratelimit.test.redis", "");

	private static final String IMAGE = "redis:7.4-alpine";

	@Override
	public boolean supportsParameter(ParameterContext parameter, ExtensionContext extension) {
		return parameter.getParameter().getType() == Server.class;
	}

	@Override
	public Object resolveParameter(ParameterContext parameter, ExtensionContext extension) {
		return server();
	}

	/** The server of this JVM, started by the first who asks. */
	public static Server server() {
		return Started.SERVER;
	}

	private static Server start() {
		Server server = choose();
		System.out.println("Tests run against " + server);
		return server;
	}

	private static Server choose() {
		if (FORCED.contains("://")) {
			URI uri = URI.create(FORCED);
			return new Server("the given server", uri.getHost(), uri.getPort());
		}
		if (FORCED.equals("docker") || (FORCED.isEmpty() && DockerClientFactory.instance().isDockerAvailable())) {
			return inDocker();
		}
		Optional<Path> binary = onPath();
		if (FORCED.equals("path") || (FORCED.isEmpty() && binary.isPresent())) {
			return run("the server on the PATH", binary
				.orElseThrow(() -> new IllegalStateException("Neither redis-server nor valkey-server is on the PATH")));
		}
		if (FORCED.equals("embedded") || FORCED.isEmpty()) {
			return run("the embedded server", embedded());
		}
		throw new IllegalStateException("'" + FORCED + "' is no kind of Redis for tests");
	}

	// Ryuk, which Testcontainers starts beside it, stops the container with the JVM.
	@SuppressWarnings("resource")
	private static Server inDocker() {
		RedisContainer container = new RedisContainer(IMAGE);
		container.start();
		return new Server("a container of " + IMAGE, container.getHost(), container.getFirstMappedPort());
	}

	private static Optional<Path> onPath() {
		return Stream.of(System.getenv("PATH").split(java.io.File.pathSeparator))
			.flatMap((folder) -> Stream.of(Path.of(folder, "redis-server"), Path.of(folder, "valkey-server")))
			.filter(Files::isExecutable)
			.findFirst();
	}

	private static Path embedded() {
		String os = System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("mac") ? "darwin" : "linux";
		String arch = System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64";
		String name = "/redis-server-7.0.15-" + os + "-" + arch;
		try (InputStream binary = TestRedis.class.getResourceAsStream(name)) {
			Path file = Files.createTempFile("redis-server", "");
			file.toFile().deleteOnExit();
			Files.write(file, binary.readAllBytes());
			if (!file.toFile().setExecutable(true)) {
				throw new IllegalStateException(file + " cannot be made executable");
			}
			return file;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** What runs a server, where tests start one of their own. */
	static Path binary() {
		return onPath().orElseGet(TestRedis::embedded);
	}

	/**
	 * Starts a server of the caller's own, to be stopped and started again.
	 * @param folder where it keeps its files
	 * @param options what it is told beside that, as on a command line
	 */
	public static OwnServer own(Path folder, String... options) {
		return new OwnServer(freePort(), folder, List.of(options));
	}

	private static Server run(String kind, Path binary) {
		Server server = new Server(kind, "127.0.0.1", freePort());
		RedisProcess.start(server, command(binary, server.port(), Path.of(System.getProperty("java.io.tmpdir"))));
		return server;
	}

	private static List<String> command(Path binary, int port, Path folder) {
		return List.of(binary.toString(), "--port", String.valueOf(port), "--bind", "127.0.0.1", "--save", "",
				"--appendonly", "no", "--dir", folder.toString());
	}

	static int freePort() {
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			return socket.getLocalPort();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static final class Started {

		private static final Server SERVER = start();

	}

	/**
	 * A server that a test may stop.
	 */
	public static final class OwnServer implements AutoCloseable {

		private final Server server;

		private final List<String> command;

		private RedisProcess process;

		private OwnServer(int port, Path folder, List<String> options) {
			this.server = new Server("a server of its own", "127.0.0.1", port);
			this.command = new ArrayList<>(command(binary(), port, folder));
			this.command.addAll(options);
			this.process = RedisProcess.start(this.server, this.command);
		}

		public Server server() {
			return this.server;
		}

		/** Stops the server and starts it on the same port and the same folder. */
		public void restart() throws IOException {
			stop();
			start();
		}

		/** Starts the server again. */
		public void start() {
			this.process = RedisProcess.start(this.server, this.command);
		}

		/** Stops the server, which then has forgotten what it has not saved. */
		public void stop() throws IOException {
			this.process.stop();
		}

		/** What runs the server. */
		RedisProcess process() {
			return this.process;
		}

		@Override
		public void close() throws IOException {
			this.process.thaw();
			stop();
		}

	}

	/**
	 * A Redis that runs.
	 *
	 * @param kind which one was taken, for people
	 * @param host where it listens
	 * @param port where it listens
	 */
	public record Server(String kind, String host, int port) {

		/** A started connection factory of the caller's own. */
		public LettuceConnectionFactory connect() {
			LettuceConnectionFactory factory = new LettuceConnectionFactory(
					new RedisStandaloneConfiguration(this.host, this.port));
			factory.afterPropertiesSet();
			factory.start();
			return factory;
		}

		/** The properties with which an application finds this server. */
		public String[] properties() {
			return new String[] { "spring.data.redis.host=" + this.host, "spring.data.redis.port=" + this.port };
		}

		boolean answers() {
			try (Socket socket = new Socket(this.host, this.port)) {
				socket.setSoTimeout(1000);
				OutputStream out = socket.getOutputStream();
				out.write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
				String answer = new String(socket.getInputStream().readNBytes(5), StandardCharsets.US_ASCII);
				return answer.equals("+PONG") || answer.equals("-NOAU");
			}
			catch (IOException ex) {
				return false;
			}
		}

	}

}
