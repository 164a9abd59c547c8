package io.github.ratelimit.web;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

import io.github.ratelimit.InvalidPolicyException;

import org.springframework.http.server.PathContainer;
import org.springframework.util.StringUtils;

/**
 * Who is counted, as a policy's {@code key} says it: parts that together make one key,
 * each a list of alternatives of which the first that is present counts, and at last the
 * address.
 */
public final class RequestKey {

	private static final String EXPECTED = "ip, principal, header:NAME, route, path, all"
			+ " or the name of a RateLimitKeyResolver bean, alternatives separated by '|'";

	private static final Pattern HEADER_NAME = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]+");

	private static final Source IP = new Source("ip", RateLimitRequest::remoteAddress, false);

	private static final List<String> KNOWN_LATER = List.of("principal", "route");

	/** Alternatives of each part. */
	private final List<List<Source>> parts;

	private RequestKey(List<List<Source>> parts) {
		this.parts = parts;
	}

	/**
	 * Reads a key as it is written in configuration.
	 * @param parts the parts, each with alternatives separated by {@code |}
	 * @param beans the resolvers that can be named
	 * @return the key
	 * @throws InvalidPolicyException if a part is empty or names something unknown
	 */
	public static RequestKey parse(List<String> parts, Map<String, RateLimitKeyResolver> beans) {
		if (parts.isEmpty()) {
			throw new InvalidPolicyException("key", "", EXPECTED);
		}
		List<List<Source>> parsed = new ArrayList<>();
		for (String part : parts) {
			List<Source> alternatives = new ArrayList<>();
			for (String alternative : part.split("\\|", -1)) {
				alternatives.add(source(alternative.strip(), beans));
			}
			alternatives.add(IP);
			parsed.add(List.copyOf(alternatives));
		}
		return new RequestKey(List.copyOf(parsed));
	}

	/**
	 * Insists on a key that can be found out in a stage.
	 * @param stage when the policy is enforced
	 * @return this key
	 * @throws InvalidPolicyException if a part is known only later
	 */
	public RequestKey availableIn(Stage stage) {
		for (List<Source> alternatives : this.parts) {
			for (Source source : alternatives) {
				if (stage == Stage.BEFORE_SECURITY && KNOWN_LATER.contains(source.name().split(":")[0])) {
					throw new InvalidPolicyException("key", source.name(),
							"a key that is known before security, which none of " + KNOWN_LATER + " is");
				}
			}
		}
		return this;
	}

	/**
	 * Finds out who is counted for a request.
	 * @param request the request
	 * @return the key: bounded in length, without secrets, and no other caller's
	 */
	public String of(RateLimitRequest request) {
		if (this.parts.size() == 1) {
			return first(this.parts.get(0), request);
		}
		StringBuilder key = new StringBuilder();
		for (List<Source> alternatives : this.parts) {
			key.append(key.isEmpty() ? "" : KeyText.SEPARATOR).append(first(alternatives, request));
		}
		return key.toString();
	}

	private static String first(List<Source> alternatives, RateLimitRequest request) {
		for (Source source : alternatives) {
			String value = source.resolver().resolve(request);
			if (StringUtils.hasText(value)) {
				return source.name() + ":" + (source.secret() ? KeyText.hash(value) : KeyText.escape(value));
			}
		}
		throw new IllegalStateException("The request has no remote address");
	}

	private static Source source(String name, Map<String, RateLimitKeyResolver> beans) {
		RateLimitKeyResolver bean = beans.get(name);
		if (bean != null) {
			return new Source(name, bean, false);
		}
		return switch (name) {
			case "ip" -> IP;
			case "principal" -> new Source(name, RateLimitRequest::principal, false);
			case "route" -> new Source(name, RateLimitRequest::route, false);
			case "path" -> new Source(name, (request) -> decoded(request.path()), false);
			case "all" -> new Source(name, (request) -> "*", false);
			default -> header(name);
		};
	}

	/** As handlers see it, so that no way to write a path makes a key of its own. */
	private static String decoded(PathContainer path) {
		StringBuilder decoded = new StringBuilder();
		for (PathContainer.Element element : path.elements()) {
			decoded.append((element instanceof PathContainer.PathSegment segment)
					? segment.valueToMatch().replace("%", "%25").replace("/", "%2F") : element.value());
		}
		return decoded.toString();
	}

	private static Source header(String name) {
		String header = name.startsWith("header:") ? name.substring("header:".length()) : "";
		if (!HEADER_NAME.matcher(header).matches()) {
			throw new InvalidPolicyException("key", name, EXPECTED);
		}
		return new Source(name.toLowerCase(Locale.ROOT), (request) -> request.header(header), true);
	}

	private record Source(String name, RateLimitKeyResolver resolver, boolean secret) {
	}

}
