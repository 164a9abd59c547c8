package io.github.ratelimit.web;

import java.util.HashMap;
import java.util.Map;

import org.springframework.http.server.PathContainer;

/**
 * A request for tests.
 */
final class StubRequest implements RateLimitRequest {

	private final Map<String, String> headers = new HashMap<>();

	private String principal;

	private String route;

	StubRequest with(String header, String value) {
		this.headers.put(header, value);
		return this;
	}

	StubRequest from(String principal) {
		this.principal = principal;
		return this;
	}

	StubRequest to(String route) {
		this.route = route;
		return this;
	}

	@Override
	public String method() {
		return "GET";
	}

	@Override
	public PathContainer path() {
		return PathContainer.parsePath("/orders/1");
	}

	@Override
	public String route() {
		return this.route;
	}

	@Override
	public String remoteAddress() {
		return "192.0.2.1";
	}

	@Override
	public String principal() {
		return this.principal;
	}

	@Override
	public boolean hasRole(String role) {
		return role.equals("ADMIN") && "root".equals(this.principal);
	}

	@Override
	public String header(String name) {
		return this.headers.get(name);
	}

}
