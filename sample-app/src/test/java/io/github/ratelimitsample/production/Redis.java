package io.github.ratelimitsample.production;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * The Redis of the instances, which the first of them starts.
 *
 * @param port where it listens
 */
record Redis(int port) {

	/** Lets nobody get an answer for a while, and then everybody. */
	void pause(Duration time) throws IOException {
		try (Socket socket = new Socket("127.0.0.1", this.port)) {
			String command = "CLIENT PAUSE " + time.toMillis() + " ALL\r\n";
			socket.getOutputStream().write(command.getBytes(StandardCharsets.US_ASCII));
			String answer = new String(socket.getInputStream().readNBytes(5), StandardCharsets.US_ASCII);
			if (!answer.equals("+OK\r\n")) {
				throw new IOException("Redis does not pause: " + answer);
			}
		}
	}

}
