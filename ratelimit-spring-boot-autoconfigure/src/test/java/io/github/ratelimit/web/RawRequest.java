package io.github.ratelimit.web;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/**
 * A request that no client would write.
 */
final class RawRequest {

	private RawRequest() {
	}

	/**
	 * Sends a request.
	 * @param instance who is asked
	 * @param line method and target
	 * @param fields header fields
	 * @return all that was answered
	 */
	static String send(URI instance, String line, String... fields) throws IOException {
		try (Socket socket = new Socket(instance.getHost(), instance.getPort())) {
			socket.setSoTimeout(10_000);
			String head = line + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n";
			for (String field : fields) {
				head += field + "\r\n";
			}
			socket.getOutputStream().write((head + "\r\n").getBytes(StandardCharsets.UTF_8));
			return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		}
	}

}
