package io.github.ratelimit.web.servlet;

import java.io.IOException;
import java.util.function.Supplier;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;

import org.jspecify.annotations.Nullable;

import io.github.ratelimit.web.RateLimitFields;

import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Takes the fields off redirects, and lets scripts read them that the application has let
 * read the response. Wraps whatever may set fields or redirect, Spring Security too.
 */
public final class RateLimitFieldsFilter extends OncePerRequestFilter implements Ordered {

	private final Supplier<RateLimitFields> fields;

	/**
	 * Creates a filter.
	 * @param fields the fields; asked when they are needed
	 */
	public RateLimitFieldsFilter(Supplier<RateLimitFields> fields) {
		this.fields = fields;
	}

	/** Behind the filters with which Spring Boot wraps requests. */
	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE + 10;
	}

	/** Security may redirect to a login instead of an error page. */
	@Override
	protected boolean shouldNotFilterErrorDispatch() {
		return false;
	}

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		chain.doFilter(request, new FieldsResponse(response, this.fields.get()));
	}

	private static final class FieldsResponse extends HttpServletResponseWrapper {

		private final RateLimitFields fields;

		FieldsResponse(HttpServletResponse response, RateLimitFields fields) {
			super(response);
			this.fields = fields;
		}

		@Override
		public void setHeader(String name, @Nullable String value) {
			super.setHeader(name, value);
			expose();
		}

		@Override
		public void addHeader(String name, String value) {
			super.addHeader(name, value);
			expose();
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

		private void expose() {
			String exposed = this.fields.exposed(this::containsHeader);
			if (exposed != null && !getHeaders(HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS).contains(exposed)) {
				super.addHeader(HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS, exposed);
			}
		}

		private void removeFields() {
			for (String name : this.fields.names()) {
				if (containsHeader(name)) {
					super.setHeader(name, null);
				}
			}
		}

	}

}
