package io.github.ratelimitbenchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.stream.Stream;

/**
 * A process that does not outlive this JVM.
 */
public final class WatchedProcess {

	/**
	 * Becomes the process, beside another one that ends it when the pipe ends, and the
	 * pipe ends with this JVM, even if that is killed.
	 */
	private static final String WATCHED = """
			exec 3<&0
			(cat <&3 >/dev/null; kill $$) &
			exec "$@" 3<&- </dev/null
			""";

	private WatchedProcess() {
	}

	/**
	 * Starts a process.
	 * @param output where what it prints goes
	 * @param command the program and its arguments
	 * @return the process itself
	 */
	public static Process start(ProcessBuilder.Redirect output, String... command) throws IOException {
		List<String> watched = Stream.concat(Stream.of("sh", "-c", WATCHED, "watched"), Stream.of(command)).toList();
		return new ProcessBuilder(watched).redirectOutput(output).redirectError(output).start();
	}

	/**
	 * Ends a process by its pipe, and with it the one that watches it, which would later
	 * end whoever has its number by then.
	 * @param process the process, which may have ended
	 */
	public static void stop(Process process) {
		try {
			process.getOutputStream().close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		process.onExit().join();
	}

	/**
	 * Finds a port on which nobody listens.
	 * @return the port, which someone else may take before it is used
	 */
	public static int freePort() throws IOException {
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			return socket.getLocalPort();
		}
	}

}
