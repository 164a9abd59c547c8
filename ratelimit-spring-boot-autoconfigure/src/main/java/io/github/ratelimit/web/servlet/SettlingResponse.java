package io.github.ratelimit.web.servlet;

import java.io.IOException;
import java.io.PrintWriter;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import org.jspecify.annotations.Nullable;

/**
 * A response that says when it is about to be flushed: its status is final then, and its
 * caller, who may come again at once, has not seen it yet. A response that is sent
 * otherwise does not say so.
 */
final class SettlingResponse extends HttpServletResponseWrapper {

	private final Runnable beforeFlush;

	private @Nullable ServletOutputStream stream;

	private @Nullable PrintWriter writer;

	SettlingResponse(HttpServletResponse response, Runnable beforeFlush) {
		super(response);
		this.beforeFlush = beforeFlush;
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
		this.beforeFlush.run();
		super.flushBuffer();
	}

	private final class SettlingWriter extends PrintWriter {

		SettlingWriter(PrintWriter writer) {
			super(writer);
		}

		@Override
		public void flush() {
			SettlingResponse.this.beforeFlush.run();
			super.flush();
		}

		@Override
		public void close() {
			SettlingResponse.this.beforeFlush.run();
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
			this.stream.write(value);
		}

		@Override
		public void write(byte[] bytes, int offset, int length) throws IOException {
			this.stream.write(bytes, offset, length);
		}

		@Override
		public void flush() throws IOException {
			SettlingResponse.this.beforeFlush.run();
			this.stream.flush();
		}

		@Override
		public void close() throws IOException {
			SettlingResponse.this.beforeFlush.run();
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
