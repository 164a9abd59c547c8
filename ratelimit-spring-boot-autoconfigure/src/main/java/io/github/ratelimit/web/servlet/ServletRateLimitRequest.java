package io.github.ratelimit.web.servlet;

import java.security.Principal;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import io.github.ratelimit.web.RateLimitRequest;

import org.springframework.http.server.PathContainer;
import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.util.ServletRequestPathUtils;

/**
 * The view of a servlet request.
 */
final class ServletRateLimitRequest implements RateLimitRequest {

	private final HttpServletRequest request;

	ServletRateLimitRequest(HttpServletRequest request) {
		this.request = request;
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
	public String remoteAddress() {
		return this.request.getRemoteAddr();
	}

	@Override
	public @Nullable String principal() {
		Principal principal = this.request.getUserPrincipal();
		return (principal != null) ? principal.getName() : null;
	}

	@Override
	public boolean hasRole(String role) {
		return this.request.isUserInRole(role);
	}

	@Override
	public @Nullable String header(String name) {
		return this.request.getHeader(name);
	}

}
