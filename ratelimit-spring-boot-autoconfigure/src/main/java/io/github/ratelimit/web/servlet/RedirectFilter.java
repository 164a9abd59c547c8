package io.github.ratelimit.web.servlet;

import java.io.IOException;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;

import io.github.ratelimit.web.RateLimitFields;

import org.springframework.core.Ordered;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Takes the fields off redirects: a client that is told {@code r=0;t=10} would wait
 * before it follows. Whether a response redirects is known only after they were written.
 */
public final class RedirectFilter extends OncePerRequestFilter implements Ordered {

	private final int order;

	/**
	 * Creates a filter.
	 * @param order comes before that of whatever redirects
	 */
	public RedirectFilter(int order) {
		this.order = order;
	}

	@Override
	public int getOrder() {
		return this.order;
	}

	/** Security may redirect to a login instead of an error page. */
	@Override
	protected boolean shouldNotFilterErrorDispatch() {
		return false;
	}

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		chain.doFilter(request, new FieldsOffRedirects(response));
	}

	private static final class FieldsOffRedirects extends HttpServletResponseWrapper {

		FieldsOffRedirects(HttpServletResponse response) {
			super(response);
		}

		@Override
		public void setStatus(int status) {
			if (status >= 300 && status < 400 && status != SC_NOT_MODIFIED) {
				removeFields();
			}
			super.setStatus(status);
		}

		@Override
		public void sendRedirect(String location) throws IOException {
			removeFields();
			super.sendRedirect(location);
		}

		@Override
		public void sendRedirect(String location, int status, boolean clearBuffer) throws IOException {
			removeFields();
			super.sendRedirect(location, status, clearBuffer);
		}

		@Override
		public void sendRedirect(String location, boolean clearBuffer) throws IOException {
			removeFields();
			super.sendRedirect(location, clearBuffer);
		}

		@Override
		public void sendRedirect(String location, int status) throws IOException {
			removeFields();
			super.sendRedirect(location, status);
		}

		private void removeFields() {
			for (String name : RateLimitFields.NAMES) {
				if (containsHeader(name)) {
					super.setHeader(name, null);
				}
			}
		}

	}

}
