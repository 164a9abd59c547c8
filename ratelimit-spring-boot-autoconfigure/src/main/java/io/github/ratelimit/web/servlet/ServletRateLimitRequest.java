package io.github.ratelimit.web.servlet;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.Principal;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpSession;
import org.jspecify.annotations.Nullable;

import io.github.ratelimit.web.Callers;
import io.github.ratelimit.web.RateLimitRequest;

import org.springframework.http.server.PathContainer;
import org.springframework.util.MultiValueMap;
import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.util.ServletRequestPathUtils;
import org.springframework.web.util.UriComponentsBuilder;
import org.springframework.web.util.WebUtils;

/**
 * The view of a servlet request. An application that has to know how a caller is counted,
 * such as to reset what it has spent, gives it to a
 * {@link io.github.ratelimit.web.RequestKey}.
 */
public final class ServletRateLimitRequest implements RateLimitRequest {

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
	public @Nullable String session() {
		HttpSession session = this.request.getSession(false);
		return (session != null) ? session.getId() : null;
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
	public @Nullable String param(String name) {
		String type = this.request.getContentType();
		return (type != null && type.toLowerCase(Locale.ROOT).startsWith("multipart/")) ? queryParam(name)
				: this.request.getParameter(name);
	}

	/** An upload is not read to find out who sends it. */
	private @Nullable String queryParam(String name) {
		MultiValueMap<String, String> params = UriComponentsBuilder.newInstance()
			.query(this.request.getQueryString())
			.build()
			.getQueryParams();
		for (Map.Entry<String, List<String>> param : params.entrySet()) {
			if (name.equals(decoded(param.getKey()))) {
				return decoded(param.getValue().get(0));
			}
		}
		return null;
	}

	private static @Nullable String decoded(@Nullable String text) {
		try {
			return (text != null) ? URLDecoder.decode(text, StandardCharsets.UTF_8) : null;
		}
		catch (IllegalArgumentException ex) {
			return null;
		}
	}

}
