package io.github.ratelimit.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What stands between a client and a server and spoils what the server answers, which by
 * then has done what it was asked to.
 */
final class FaultyProxy implements AutoCloseable {

	private static final byte[] GARBAGE = "*3\r\n$-7\r\n\0\1\2HTTP/1.1 400 Bad Request\r\n\r\n"
		.getBytes(StandardCharsets.ISO_8859_1);

	private static final long SLOW_MILLIS = 250;

	private final ServerSocket door;

	private final int target;

	private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

	private final AtomicInteger spoilt = new AtomicInteger();

	private volatile Fault fault = Fault.NONE;

	private volatile boolean once;

	FaultyProxy(int target) {
		this(TestRedis.freePort(), target);
	}

	FaultyProxy(int port, int target) {
		this.target = target;
		try {
			this.door = new ServerSocket(port, 100, InetAddress.getLoopbackAddress());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		run(this::serve);
	}

	int port() {
		return this.door.getLocalPort();
	}

	/** Spoils all answers from now on. */
	void spoil(Fault kind) {
		this.once = false;
		this.fault = kind;
	}

	/** Spoils the next answer of a script. */
	void spoilOnce(Fault kind) {
		this.once = true;
		this.fault = kind;
	}

	/** How many answers were spoilt. */
	int spoilt() {
		return this.spoilt.get();
	}

	private void serve() throws IOException {
		while (true) {
			Socket client = this.door.accept();
			this.sockets.add(client);
			run(() -> serve(client));
		}
	}

	private void serve(Socket client) throws IOException {
		try {
			Socket server = new Socket(InetAddress.getLoopbackAddress(), this.target);
			this.sockets.add(server);
			AtomicBoolean script = new AtomicBoolean();
			run(() -> copy(client, server, (bytes, length) -> {
				script.set(isScript(bytes, length));
				return Fault.NONE;
			}));
			run(() -> copy(server, client, (bytes, length) -> spoiling(script.get())));
		}
		catch (ConnectException ex) {
			client.close();
		}
	}

	private static boolean isScript(byte[] bytes, int length) {
		return new String(bytes, 0, length, StandardCharsets.ISO_8859_1).contains("EVALSHA");
	}

	private void copy(Socket from, Socket to, Passage passage) throws IOException {
		try (from; to) {
			InputStream in = from.getInputStream();
			byte[] bytes = new byte[65536];
			for (int length = in.read(bytes); length > 0; length = in.read(bytes)) {
				Fault now = passage.of(bytes, length);
				while (now == Fault.BLACK_HOLE) {
					pause(1);
					now = this.fault;
				}
				now.pass(bytes, length, to);
			}
		}
		finally {
			this.sockets.remove(from);
		}
	}

	private synchronized Fault spoiling(boolean script) {
		Fault now = this.fault;
		if (now == Fault.NONE || (this.once && !script)) {
			return Fault.NONE;
		}
		this.spoilt.incrementAndGet();
		if (this.once) {
			this.fault = Fault.NONE;
		}
		return now;
	}

	private static void pause(long millis) throws IOException {
		try {
			Thread.sleep(millis);
		}
		catch (InterruptedException ex) {
			throw new IOException(ex);
		}
	}

	private static void run(Task task) {
		Thread thread = new Thread(() -> {
			try {
				task.run();
			}
			catch (IOException ex) {
				// One side has gone.
			}
		}, "faulty-proxy");
		thread.setDaemon(true);
		thread.start();
	}

	@Override
	public void close() throws IOException {
		this.door.close();
		for (Socket socket : this.sockets) {
			socket.close();
		}
	}

	/**
	 * What becomes of an answer.
	 */
	enum Fault {

		/** It arrives. */
		NONE {

			@Override
			void pass(byte[] bytes, int length, Socket to) throws IOException {
				to.getOutputStream().write(bytes, 0, length);
			}

		},

		/** It arrives late. */
		DELAY {

			@Override
			void pass(byte[] bytes, int length, Socket to) throws IOException {
				pause(SLOW_MILLIS);
				NONE.pass(bytes, length, to);
			}

		},

		/** Half of it arrives, and the connection ends. */
		TRUNCATION {

			@Override
			void pass(byte[] bytes, int length, Socket to) throws IOException {
				OutputStream out = to.getOutputStream();
				out.write(bytes, 0, length / 2);
				to.close();
				throw new IOException();
			}

		},

		/** The connection ends instead. */
		END {

			@Override
			void pass(byte[] bytes, int length, Socket to) throws IOException {
				to.close();
				throw new IOException();
			}

		},

		/** The connection breaks instead. */
		RESET {

			@Override
			void pass(byte[] bytes, int length, Socket to) throws IOException {
				to.setSoLinger(true, 0);
				to.close();
				throw new IOException();
			}

		},

		/** Nothing arrives until the fault is over, and nobody is told. */
		BLACK_HOLE {

			@Override
			void pass(byte[] bytes, int length, Socket to) {
			}

		},

		/** Something else arrives. */
		GARBAGE {

			@Override
			void pass(byte[] bytes, int length, Socket to) throws IOException {
				to.getOutputStream().write(FaultyProxy.GARBAGE);
			}

		};

		abstract void pass(byte[] bytes, int length, Socket to) throws IOException;

	}

	private interface Passage {

		Fault of(byte[] bytes, int length);

	}

	private interface Task {

		void run() throws IOException;

	}

}
