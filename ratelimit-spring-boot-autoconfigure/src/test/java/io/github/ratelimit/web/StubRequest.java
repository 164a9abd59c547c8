package io.github.ratelimit.web;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

import org.springframework.http.server.PathContainer;

/**
 * A request for tests.
 */
final class StubRequest implements RateLimitRequest {

	private final Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

	private final Map<String, String> others = new HashMap<>();

	private String remoteAddress = "192.0.2.1";

	private String method = "GET";

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

	StubRequest at(String remoteAddress) {
		this.remoteAddress = remoteAddress;
		return this;
	}

	StubRequest by(String method) {
		this.method = method;
		return this;
	}

	/** Whatever else a request may have, by the name that it has in a key. */
	StubRequest having(String name, String value) {
		this.others.put(name, value);
		return this;
	}

	@Override
	public String method() {
		return this.method;
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
		return this.remoteAddress;
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

	@Override
	public String host() {
		return this.others.get("host");
	}

	@Override
	public String claim(String name) {
		return this.others.get("claim:" + name);
	}

	@Override
	public String cookie(String name) {
		return this.others.get("cookie:" + name);
	}

	@Override
	public String query(String name) {
		return this.others.get("query:" + name);
	}

	@Override
	public String form(String name) {
		return readable(this.others.get("form:" + name));
	}

	private static String readable(String value) {
		if ("UNREADABLE".equals(value)) {
			throw UnreadableRequestException.malformed(null);
		}
		return value;
	}

	@Override
	public String param(String name) {
		return this.others.get("param:" + name);
	}

}
