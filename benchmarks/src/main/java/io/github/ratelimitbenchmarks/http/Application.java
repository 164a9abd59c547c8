package io.github.ratelimitbenchmarks.http;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.github.ratelimitbenchmarks.OwnRedis;
import io.github.ratelimitbenchmarks.WatchedProcess;

/**
 * An application in a JVM of its own.
 *
 * @param process the JVM
 * @param uri what it is asked for
 */
record Application(Process process, URI uri) implements AutoCloseable {

	/** What would make both stacks do more, or take another server, than users' do. */
	private static final String EXCLUDED = Stream
		.of("webmvc.autoconfigure.WebMvcObservation", "webflux.autoconfigure.WebFluxObservation",
				"tomcat.autoconfigure.reactive.TomcatReactiveWebServer")
		.map((name) -> "org.springframework.boot." + name + "AutoConfiguration")
		.collect(Collectors.joining(","));

	static Application start(Stack stack, Variant variant, OwnRedis redis) throws IOException, InterruptedException {
		int port = WatchedProcess.freePort();
		List<String> command = new ArrayList<>(List.of(
				Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xms256m", "-Xmx256m",
				"--enable-native-access=ALL-UNNAMED", "-cp", classPath(variant), stack.application().getName()));
		Stream
			.of(Stream.of("server.port=" + port, "spring.main.banner-mode=off", "logging.level.root=error",
					"spring.application.name=" + (variant.rejecting() ? "rejecting" : "shop"),
					"spring.data.redis.host=" + OwnRedis.HOST, "spring.data.redis.port=" + redis.port(),
					"spring.autoconfigure.exclude=" + EXCLUDED), stack.properties().stream(),
					variant.properties().stream())
			.flatMap((properties) -> properties)
			.forEach((property) -> command.add("--" + property));
		Process process = WatchedProcess.start(ProcessBuilder.Redirect.INHERIT, command.toArray(String[]::new));
		Application application = new Application(process, URI.create("http://127.0.0.1:" + port + "/hello"));
		application.awaitAnswer();
		return application;
	}

	/**
	 * Without the starter where it is not used, and never with another limiter's parts.
	 */
	private static String classPath(Variant variant) {
		return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
			.filter((entry) -> !entry.contains("spring-cloud-gateway"))
			.filter((entry) -> variant.starter() || !entry.contains("ratelimit-spring-boot"))
			.collect(Collectors.joining(File.pathSeparator));
	}

	private void awaitAnswer() throws InterruptedException {
		HttpClient client = HttpClient.newHttpClient();
		Instant deadline = Instant.now().plus(Duration.ofSeconds(60));
		while (!answers(client)) {
			if (Instant.now().isAfter(deadline) || this.process.waitFor(50, TimeUnit.MILLISECONDS)) {
				close();
				throw new IllegalStateException("The application does not answer at " + this.uri);
			}
		}
	}

	private boolean answers(HttpClient client) throws InterruptedException {
		try {
			return client.send(HttpRequest.newBuilder(this.uri).build(), BodyHandlers.discarding()).statusCode() < 500;
		}
		catch (IOException ex) {
			return false;
		}
	}

	Duration cpu() {
		return this.process.info().totalCpuDuration().orElse(Duration.ZERO);
	}

	@Override
	public void close() {
		WatchedProcess.stop(this.process);
	}

}
