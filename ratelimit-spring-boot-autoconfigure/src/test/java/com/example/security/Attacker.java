package com.example.security;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * A client that guesses passwords, from as many addresses as guesses.
 */
public final class Attacker {

	private static final Pattern CSRF_TOKEN = Pattern.compile("name=\"_csrf\"[^>]*value=\"([^\"]+)\"");

	private static final AtomicInteger addresses = new AtomicInteger();

	private final HttpClient client = HttpClient.newBuilder()
		.version(HttpClient.Version.HTTP_1_1)
		.cookieHandler(new CookieManager())
		.build();

	private final URI application;

	private @Nullable String token;

	public Attacker(URI application) {
		this.application = application;
	}

	/** Posts a body to a form, with the token that the login page gives. */
	public HttpResponse<String> post(String target, String type, BodyPublisher body, String... headers) {
		HttpRequest.Builder request = request(target, headers).header("Content-Type", type).POST(body);
		String token = token();
		return send((token != null) ? request.header("X-CSRF-TOKEN", token) : request);
	}

	/** The same, with a form. */
	public HttpResponse<String> post(String target, String form) {
		return post(target, "application/x-www-form-urlencoded", BodyPublishers.ofString(form));
	}

	/** Asks with the credentials of HTTP Basic. */
	public HttpResponse<String> basic(String method, String target, String credentials, String... headers) {
		return send(
				request(target, headers).header("Authorization", credentials).method(method, BodyPublishers.noBody()));
	}

	public static String basic(String name, String password) {
		return "Basic " + Base64.getEncoder().encodeToString((name + ":" + password).getBytes(StandardCharsets.UTF_8));
	}

	/** Not known how long: sent in chunks. */
	public static BodyPublisher chunked(String body) {
		return BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8)));
	}

	/** Parts of a form, the boundary of which is {@code x}. */
	public static String multipart(String... namesAndValues) {
		StringBuilder body = new StringBuilder();
		for (int i = 0; i < namesAndValues.length; i += 2) {
			body.append("--x\r\nContent-Disposition: form-data; name=\"" + namesAndValues[i] + "\"\r\n\r\n"
					+ namesAndValues[i + 1] + "\r\n");
		}
		return body.append("--x--\r\n").toString();
	}

	private @Nullable String token() {
		if (this.token == null) {
			this.token = CSRF_TOKEN.matcher(send(request("/login").GET()).body())
				.results()
				.map((match) -> match.group(1))
				.findFirst()
				.orElse(null);
		}
		return this.token;
	}

	private HttpRequest.Builder request(String target, String... headers) {
		HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(this.application + target))
			.header("X-Forwarded-For", address());
		return (headers.length > 0) ? request.headers(headers) : request;
	}

	/** Another one each time. */
	private static String address() {
		int number = addresses.incrementAndGet();
		return "198.18." + number / 256 % 256 + "." + number % 256;
	}

	private HttpResponse<String> send(HttpRequest.Builder request) {
		try {
			return this.client.send(request.build(), BodyHandlers.ofString());
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
