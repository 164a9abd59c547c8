package io.github.ratelimit.web;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import io.github.ratelimit.InvalidPolicyException;
import io.github.ratelimit.KeyText;

import org.springframework.http.server.PathContainer;
import org.springframework.util.StringUtils;

/**
 * Who is counted, as a policy's {@code key} says it: parts that together make one key,
 * each a list of alternatives of which the first that is present counts, and at last the
 * address.
 */
public final class RequestKey {

	private static final String EXPECTED = "ip, principal, claim:NAME, header:NAME, cookie:NAME, query:NAME,"
			+ " form:NAME, param:NAME, host, method, route, path, all or the name of a RateLimitKeyResolver bean,"
			+ " alternatives separated by '|', lower(...) around what ignores case";

	private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]+");

	private static final Pattern ANY_NAME = Pattern.compile("\\S+");

	/** Around a whole part, or around one alternative. */
	private static final Pattern LOWER = Pattern.compile("lower\\(([^()]*)\\)");

	/** In place of a value that may be there but cannot be read; no value is like it. */
	private static final String UNREADABLE = "unreadable";

	private static final List<String> KEYS = List.of("ip", "principal", "host", "method", "route", "path", "all");

	private static final List<String> KINDS = List.of("claim", "header", "cookie", "query", "form", "param");

	private static final List<String> KNOWN_LATER = List.of("principal", "claim", "route");

	private static final List<String> CHOSEN_BY_CALLER = List.of("header", "cookie", "query", "form", "param", "host");

	/** Alternatives of each part. */
	private final List<List<Source>> parts;

	private RequestKey(List<List<Source>> parts) {
		this.parts = parts;
	}

	/**
	 * Reads a key as it is written in configuration.
	 * @param parts the parts, each with alternatives separated by {@code |}
	 * @param beans the resolvers that can be named
	 * @param ipv6Prefix how many bits of an IPv6 address tell who it is, 1 to 128
	 * @return the key
	 * @throws InvalidPolicyException if a part is empty or names something unknown
	 */
	public static RequestKey parse(List<String> parts, Map<String, RateLimitKeyResolver> beans, int ipv6Prefix) {
		if (parts.isEmpty()) {
			throw new InvalidPolicyException("key", "", EXPECTED);
		}
		Source ip = ip(ipv6Prefix);
		List<List<Source>> parsed = new ArrayList<>();
		for (String part : parts) {
			Matcher lower = LOWER.matcher(part.strip());
			List<Source> alternatives = new ArrayList<>();
			for (String alternative : (lower.matches() ? lower.group(1) : part).split("\\|", -1)) {
				Source source = alternative(alternative.strip(), beans, ip);
				alternatives.add(lower.matches() ? source.lower() : source);
			}
			alternatives.add(ip);
			parsed.add(List.copyOf(alternatives));
		}
		return new RequestKey(List.copyOf(parsed));
	}

	private static Source alternative(String text, Map<String, RateLimitKeyResolver> beans, Source ip) {
		Matcher lower = LOWER.matcher(text);
		String name = lower.matches() ? lower.group(1).strip() : text;
		Source source = source(name, beans, ip);
		if (source == null) {
			throw new InvalidPolicyException("key", text, EXPECTED,
					names(name, beans).stream().map((known) -> text.replace(name, known)).toList());
		}
		return lower.matches() ? source.lower() : source;
	}

	/**
	 * Whether this key asks for something of a kind.
	 * @param kind the kind, such as {@code param}
	 * @return true if one of its parts does
	 */
	public boolean names(String kind) {
		return this.parts.stream()
			.flatMap(List::stream)
			.anyMatch((source) -> source.name().equals(kind) || source.name().startsWith(kind + ":"));
	}

	/** Whether a caller can be as many as it likes by sending other values. */
	boolean isChosenByCaller() {
		return CHOSEN_BY_CALLER.stream().anyMatch(this::names);
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
			String key = source.key(request);
			if (key != null) {
				return key;
			}
		}
		throw new IllegalStateException("The request has no remote address");
	}

	/** What might have been meant by a text that is no key. */
	private static List<String> names(String text, Map<String, RateLimitKeyResolver> beans) {
		int colon = text.indexOf(':');
		if (colon >= 0) {
			return KINDS.stream().map((kind) -> kind + text.substring(colon)).toList();
		}
		return Stream.of(KEYS, beans.keySet()).flatMap(Collection::stream).toList();
	}

	private static @Nullable Source source(String text, Map<String, RateLimitKeyResolver> beans, Source ip) {
		RateLimitKeyResolver bean = beans.get(text);
		if (bean != null) {
			return new Source(text, bean, false);
		}
		int colon = text.indexOf(':');
		return switch ((colon >= 0) ? text.substring(0, colon + 1) : text) {
			case "ip" -> ip;
			case "principal" -> new Source(text, RateLimitRequest::principal, false);
			case "claim:" -> named(text, ANY_NAME, RateLimitRequest::claim);
			case "header:" -> named(text.toLowerCase(Locale.ROOT), TOKEN, RateLimitRequest::header);
			case "cookie:" -> named(text, TOKEN, RateLimitRequest::cookie);
			case "query:" -> named(text, ANY_NAME, RateLimitRequest::query);
			case "form:" -> named(text, ANY_NAME, RateLimitRequest::form);
			case "param:" -> named(text, ANY_NAME, RateLimitRequest::param);
			case "host" -> new Source(text, RateLimitRequest::host, false);
			case "method" -> new Source(text, RequestKey::method, false);
			case "route" -> new Source(text, RateLimitRequest::route, false);
			case "path" -> new Source(text, (request) -> decoded(request.path()), false);
			case "all" -> new Source(text, (request) -> "*", false);
			default -> null;
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

	/** Something that has a name, and a value that is nobody's business. */
	private static Source named(String text, Pattern names,
			BiFunction<RateLimitRequest, String, @Nullable String> value) {
		int colon = text.indexOf(':');
		String name = text.substring(colon + 1);
		if (!names.matcher(name).matches()) {
			throw new InvalidPolicyException("key", text, EXPECTED);
		}
		return new Source(text.substring(0, colon + 1) + KeyText.escape(name), (request) -> value.apply(request, name),
				true);
	}

	/** {@code HEAD} reaches the same handlers as {@code GET}. */
	private static String method(RateLimitRequest request) {
		return request.method().equals("HEAD") ? "GET" : request.method();
	}

	/** Whoever has one IPv6 address has all of its network. */
	private static Source ip(int ipv6Prefix) {
		return new Source("ip", (request) -> {
			String address = request.remoteAddress();
			IpAddress parsed = (address.indexOf(':') >= 0) ? IpAddress.parseNode(address) : null;
			if (parsed == null) {
				return address;
			}
			return parsed.isIpv6() ? parsed.network(ipv6Prefix) + "/" + ipv6Prefix : parsed.toString();
		}, false);
	}

	private record Source(String name, RateLimitKeyResolver resolver, boolean secret) {

		Source lower() {
			return new Source(this.name, (request) -> request.lower(this.resolver.resolve(request)), this.secret);
		}

		@Nullable String key(RateLimitRequest request) {
			try {
				String value = this.resolver.resolve(request);
				return StringUtils.hasText(value)
						? this.name + ":" + (this.secret ? KeyText.hash(value) : KeyText.escape(value)) : null;
			}
			catch (UnreadableRequestException ex) {
				return this.name + ":" + UNREADABLE;
			}
		}

	}

}
