package io.github.ratelimitsample.production;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;

import io.github.ratelimitsample.Shop;

import static org.awaitility.Awaitility.await;

/**
 * A server on this machine, as its callers see it.
 *
 * @param port where it listens
 */
record Http(int port) {

	private static final HttpClient CLIENT = HttpClient.newHttpClient();

	/** One on which nothing listens yet. */
	static Http onFreePort() {
		return new Http(Shop.freePort());
	}

	String address() {
		return "127.0.0.1:" + this.port;
	}

	HttpResponse<String> get(String path, String... headers) {
		return getAsync(path, headers).join();
	}

	/** Sends a request, and does not wait. */
	CompletableFuture<HttpResponse<String>> getAsync(String path, String... headers) {
		return CLIENT.sendAsync(request(path, headers).build(), BodyHandlers.ofString());
	}

	HttpResponse<String> post(String path, String form, String... headers) {
		HttpRequest request = request(path, headers).header("Content-Type", "application/x-www-form-urlencoded")
			.POST(BodyPublishers.ofString(form))
			.build();
		return CLIENT.sendAsync(request, BodyHandlers.ofString()).join();
	}

	/** Waits until it answers, for as long as all these programs run. */
	void awaitReady(Collection<WatchedProcess> programs, String path) {
		await().atMost(Duration.ofMinutes(3)).pollInterval(Duration.ofMillis(100)).until(() -> {
			programs.forEach(WatchedProcess::requireAlive);
			return answers(path);
		});
	}

	private boolean answers(String path) throws InterruptedException {
		try {
			return CLIENT.send(request(path).build(), BodyHandlers.discarding()).statusCode() < 500;
		}
		catch (IOException ex) {
			return false;
		}
	}

	private HttpRequest.Builder request(String path, String... headers) {
		HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://" + address() + path))
			.timeout(Duration.ofSeconds(30));
		return (headers.length > 0) ? request.headers(headers) : request;
	}

}
