package io.github.ratelimitsample;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * A running instance of the sample, started as a user would and called from outside. All
 * instances of a test run share one Redis, and what they count is theirs alone.
 */
public final class Shop implements AutoCloseable {

	private static final String KEY_PREFIX = "sample-tests:" + UUID.randomUUID() + ":";

	private static final int REDIS_PORT = freePort();

	private final HttpClient client = HttpClient.newHttpClient();

	private final ConfigurableApplicationContext context;

	private Shop(ConfigurableApplicationContext context) {
		this.context = context;
	}

	static Shop open(String... arguments) {
		List<String> all = new ArrayList<>(List.of("--server.port=0", "--server.forward-headers-strategy=native",
				"--sample.redis.port=" + REDIS_PORT, "--ratelimit.store.key-prefix=" + KEY_PREFIX,
				"--ratelimit.store.timeout=5s"));
		all.addAll(List.of(arguments));
		return new Shop(SpringApplication.run(ShopApplication.class, all.toArray(String[]::new)));
	}

	/** Where it is called. */
	URI address() {
		int port = ((WebServerApplicationContext) this.context).getWebServer().getPort();
		return URI.create("http://127.0.0.1:" + port);
	}

	/** Somebody who calls the shop from an address. */
	Caller caller(String address) {
		return new Caller(address);
	}

	@Override
	public void close() {
		this.context.close();
	}

	/** A port on which nothing listens. */
	public static int freePort() {
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			return socket.getLocalPort();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	final class Caller {

		private final String address;

		private Caller(String address) {
			this.address = address;
		}

		HttpResponse<String> get(String path, String... headers) {
			return send(request(path, headers));
		}

		HttpResponse<String> post(String path, String contentType, String body) {
			return send(request(path, "Content-Type", contentType).POST(BodyPublishers.ofString(body)));
		}

		private HttpRequest.Builder request(String path, String... headers) {
			HttpRequest.Builder request = HttpRequest.newBuilder(address().resolve(path))
				.header("X-Forwarded-For", this.address);
			return (headers.length > 0) ? request.headers(headers) : request;
		}

		private HttpResponse<String> send(HttpRequest.Builder request) {
			try {
				return Shop.this.client.send(request.build(), BodyHandlers.ofString());
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				throw new IllegalStateException(ex);
			}
		}

	}

}
