package io.github.ratelimit.web.servlet;

import java.io.IOException;
import java.io.PrintWriter;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;

/**
 * A response that says when it is about to be sent: its status is final then, and its
 * caller, who may come again at once, has not seen it yet. It is sent when it is flushed,
 * or when as much is written as its length says. One that is sent because its buffer is
 * full does not say so.
 */
final class SettlingResponse extends HttpServletResponseWrapper {

	private final Runnable beforeSent;

	private @Nullable ServletOutputStream stream;

	private @Nullable PrintWriter writer;

	private boolean started;

	SettlingResponse(HttpServletResponse response, Runnable beforeSent) {
		super(response);
		this.beforeSent = beforeSent;
	}

	@Override
	public ServletOutputStream getOutputStream() throws IOException {
		if (this.stream == null) {
			this.stream = new SettlingStream(super.getOutputStream());
		}
		return this.stream;
	}

	@Override
	public PrintWriter getWriter() throws IOException {
		if (this.writer == null) {
			this.writer = new SettlingWriter(super.getWriter());
		}
		return this.writer;
	}

	@Override
	public void flushBuffer() throws IOException {
		this.beforeSent.run();
		super.flushBuffer();
	}

	/** Whoever knows the length has the whole body: the first write may be the last. */
	private void beforeWrite() {
		if (!this.started) {
			this.started = true;
			if (containsHeader(HttpHeaders.CONTENT_LENGTH)) {
				this.beforeSent.run();
			}
		}
	}

	private final class SettlingWriter extends PrintWriter {

		SettlingWriter(PrintWriter writer) {
			super(writer);
		}

		@Override
		public void write(int character) {
			beforeWrite();
			super.write(character);
		}

		@Override
		public void write(char[] characters, int offset, int length) {
			beforeWrite();
			super.write(characters, offset, length);
		}

		@Override
		public void write(String text, int offset, int length) {
			beforeWrite();
			super.write(text, offset, length);
		}

		@Override
		public void flush() {
			SettlingResponse.this.beforeSent.run();
			super.flush();
		}

		@Override
		public void close() {
			SettlingResponse.this.beforeSent.run();
			super.close();
		}

	}

	private final class SettlingStream extends ServletOutputStream {

		private final ServletOutputStream stream;

		SettlingStream(ServletOutputStream stream) {
			this.stream = stream;
		}

		@Override
		public void write(int value) throws IOException {
			beforeWrite();
			this.stream.write(value);
		}

		@Override
		public void write(byte[] bytes, int offset, int length) throws IOException {
			beforeWrite();
			this.stream.write(bytes, offset, length);
		}

		@Override
		public void flush() throws IOException {
			SettlingResponse.this.beforeSent.run();
			this.stream.flush();
		}

		@Override
		public void close() throws IOException {
			SettlingResponse.this.beforeSent.run();
			this.stream.close();
		}

		@Override
		public boolean isReady() {
			return this.stream.isReady();
		}

		@Override
		public void setWriteListener(WriteListener listener) {
			this.stream.setWriteListener(listener);
		}

	}

}
