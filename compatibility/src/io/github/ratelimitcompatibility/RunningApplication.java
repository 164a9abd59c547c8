package io.github.ratelimitcompatibility;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import io.github.ratelimitbenchmarks.WatchedProcess;

/**
 * The application in a JVM of its own, which ends with this one.
 */
final class RunningApplication implements AutoCloseable {

	private static final Duration PATIENCE = Duration.ofMinutes(2);

	private final HttpClient client = HttpClient.newHttpClient();

	private final int port;

	private final Path log;

	private final Process process;

	RunningApplication(Jdk jdk, String classPath, List<String> options, List<String> arguments, Path log)
			throws IOException {
		this.port = WatchedProcess.freePort();
		List<String> command = new ArrayList<>(List.of(jdk.program("java").toString(), "-Xmx256m",
				"-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED"));
		command.addAll(options);
		command.addAll(List.of("-cp", classPath, "io.github.ratelimitcompatibility.application.Application",
				"--server.address=127.0.0.1", "--server.port=" + this.port, "--spring.security.user.name=user",
				"--spring.security.user.password={noop}secret"));
		command.addAll(arguments);
		this.log = log;
		this.process = WatchedProcess.start(ProcessBuilder.Redirect.to(log.toFile()), command.toArray(String[]::new));
	}

	/** Whether it has started; if not, it has ended. */
	boolean starts() throws IOException, InterruptedException {
		Instant deadline = Instant.now().plus(PATIENCE);
		while (!log().contains("Started Application in")) {
			if (this.process.waitFor(100, TimeUnit.MILLISECONDS)) {
				return false;
			}
			if (Instant.now().isAfter(deadline)) {
				throw new IllegalStateException("has not started within " + PATIENCE.toSeconds() + " seconds");
			}
		}
		return true;
	}

	String log() throws IOException {
		return Files.readString(this.log);
	}

	HttpResponse<String> call(String path) throws IOException, InterruptedException {
		return this.client.send(request(path), HttpResponse.BodyHandlers.ofString());
	}

	/** Calls several times at once. */
	List<HttpResponse<String>> callAtOnce(String path, int calls) {
		List<CompletableFuture<HttpResponse<String>>> answers = IntStream.range(0, calls)
			.mapToObj((call) -> this.client.sendAsync(request(path), HttpResponse.BodyHandlers.ofString()))
			.toList();
		return answers.stream().map(CompletableFuture::join).toList();
	}

	private HttpRequest request(String path) {
		return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + this.port + path))
			.version(HttpClient.Version.HTTP_1_1)
			.header("Authorization", "Basic " + Base64.getEncoder().encodeToString("user:secret".getBytes()))
			.header("Accept", "*/*")
			.timeout(Duration.ofSeconds(30))
			.build();
	}

	@Override
	public void close() {
		WatchedProcess.stop(this.process);
	}

}
