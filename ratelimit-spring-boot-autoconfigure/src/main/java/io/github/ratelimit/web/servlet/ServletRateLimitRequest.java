package io.github.ratelimit.web.servlet;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.Principal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import io.github.ratelimit.web.Callers;
import io.github.ratelimit.web.RateLimitRequest;
import io.github.ratelimit.web.UnreadableRequestException;

import org.springframework.http.MediaType;
import org.springframework.http.server.PathContainer;
import org.springframework.util.StringUtils;
import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.util.ServletRequestPathUtils;
import org.springframework.web.util.WebUtils;

/**
 * The view of a servlet request. An application that has to know how a caller is counted,
 * such as to reset what it has spent, gives it to a
 * {@link io.github.ratelimit.web.RequestKey}.
 */
public final class ServletRateLimitRequest implements RateLimitRequest {

	/** The failure of the container to read parameters, where it was seen. */
	static final String MALFORMED = ServletRateLimitRequest.class.getName() + ".MALFORMED";

	private final HttpServletRequest request;

	private final Callers callers;

	private @Nullable String remoteAddress;

	/**
	 * Creates a view.
	 * @param request the request
	 * @param callers tell who the caller is
	 */
	public ServletRateLimitRequest(HttpServletRequest request, Callers callers) {
		this.request = request;
		this.callers = callers;
	}

	@Override
	public String method() {
		return this.request.getMethod();
	}

	@Override
	public PathContainer path() {
		return ServletRequestPathUtils.hasParsedRequestPath(this.request)
				? ServletRequestPathUtils.getParsedRequestPath(this.request).pathWithinApplication()
				: ServletRequestPathUtils.parseAndCache(this.request).pathWithinApplication();
	}

	@Override
	public @Nullable String route() {
		Object pattern = this.request.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE);
		return (pattern != null) ? pattern.toString() : null;
	}

	@Override
	public @Nullable String host() {
		String host = this.request.getServerName();
		return (host != null) ? host.toLowerCase(Locale.ROOT) : null;
	}

	@Override
	public String remoteAddress() {
		if (this.remoteAddress == null) {
			this.remoteAddress = this.callers.addresses()
				.of(this.request.getRemoteAddr(), (name) -> Collections.list(this.request.getHeaders(name)));
		}
		return this.remoteAddress;
	}

	@Override
	public @Nullable String principal() {
		Principal principal = this.request.getUserPrincipal();
		return (principal != null) ? this.callers.principals().name(principal) : null;
	}

	@Override
	public boolean hasRole(String role) {
		Principal principal = this.request.getUserPrincipal();
		return this.request.isUserInRole(role)
				|| (principal != null && this.callers.principals().hasRole(principal, role));
	}

	@Override
	public @Nullable String claim(String name) {
		Principal principal = this.request.getUserPrincipal();
		return (principal != null) ? this.callers.principals().claim(principal, name) : null;
	}

	@Override
	public @Nullable String header(String name) {
		return this.request.getHeader(name);
	}

	@Override
	public @Nullable String cookie(String name) {
		Cookie cookie = WebUtils.getCookie(this.request, name);
		return (cookie != null) ? cookie.getValue() : null;
	}

	@Override
	public @Nullable String query(String name) {
		List<String> values = queryValues(name);
		return values.isEmpty() ? null : values.get(0);
	}

	/** What the container has read comes behind what the query has. */
	@Override
	public @Nullable String form(String name) {
		if (!isForm()) {
			return null;
		}
		List<String> query = queryValues(name);
		List<String> all = parameters(name);
		if (!all.subList(0, Math.min(query.size(), all.size())).equals(query)) {
			throw UnreadableRequestException.malformed(null);
		}
		return (all.size() > query.size()) ? all.get(query.size()) : null;
	}

	@Override
	public @Nullable String param(String name) {
		String query = isUnread() ? query(name) : null;
		if (query != null) {
			return query;
		}
		List<String> all = parameters(name);
		return all.isEmpty() ? null : all.get(0);
	}

	private boolean isForm() {
		return hasType(MediaType.APPLICATION_FORM_URLENCODED_VALUE) || hasType(MediaType.MULTIPART_FORM_DATA_VALUE);
	}

	/** An upload is not read to find out who sends it. */
	private boolean isUnread() {
		long length = this.request.getContentLengthLong();
		return hasType(MediaType.MULTIPART_FORM_DATA_VALUE) && (length < 0 || length > this.callers.maxBodySize());
	}

	private boolean hasType(String start) {
		String type = this.request.getContentType();
		return type != null && type.strip().toLowerCase(Locale.ROOT).startsWith(start);
	}

	/** Containers fail in their own ways, and only once: later they tell a part. */
	private List<String> parameters(String name) {
		if (isUnread()) {
			throw UnreadableRequestException.tooLarge();
		}
		try {
			String[] values = this.request.getParameterValues(name);
			return (values != null) ? List.of(values) : List.of();
		}
		catch (RuntimeException ex) {
			UnreadableRequestException malformed = UnreadableRequestException.malformed(ex);
			this.request.setAttribute(MALFORMED, malformed);
			throw malformed;
		}
	}

	private List<String> queryValues(String name) {
		List<String> values = new ArrayList<>();
		String query = this.request.getQueryString();
		for (String pair : StringUtils.delimitedListToStringArray(query, "&")) {
			int equals = pair.indexOf('=');
			if (name.equals(decoded((equals >= 0) ? pair.substring(0, equals) : pair))) {
				String value = decoded((equals >= 0) ? pair.substring(equals + 1) : "");
				if (value == null) {
					throw UnreadableRequestException.malformed(null);
				}
				values.add(value);
			}
		}
		return values;
	}

	private static @Nullable String decoded(String text) {
		try {
			return URLDecoder.decode(text, StandardCharsets.UTF_8);
		}
		catch (IllegalArgumentException ex) {
			return null;
		}
	}

}
