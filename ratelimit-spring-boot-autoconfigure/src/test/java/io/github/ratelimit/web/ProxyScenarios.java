package io.github.ratelimit.web;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What callers behind a proxy see that is trusted, over HTTP, whatever serves it. The
 * application has the policies of {@code scenarios.yml} and trusts {@value #TRUSTED}.
 */
public abstract class ProxyScenarios {

	/** The proxy of these tests, and one that is before it. */
	protected static final String TRUSTED = "127.0.0.1, ::1, 10.0.0.0/8";

	private final HttpClient client = HttpClient.newHttpClient();

	/** Address of an application that has counted nothing yet. */
	protected abstract URI application();

	static Stream<Arguments> table() {
		return Stream.of(
				Arguments.of("S29: one IPv6 network",
						List.of("2001:db8:1:1::1", "2001:db8:1:1::2", "2001:db8:1:2::1", "[2001:db8:1:1::3]:4711",
								"2001:db8:1:1::4%eth0"),
						"200 429 200 429 429"),
				Arguments.of("S29: IPv4 within IPv6",
						List.of("::ffff:9.9.9.9", "9.9.9.9", "::ffff:909:909", "9.9.9.9:80"), "200 429 429 429"),
				Arguments.of("what stands before the client is its own",
						List.of("203.0.113.1", "6.6.6.6,203.0.113.1", "rubbish,203.0.113.1,10.0.0.1",
								"6.6.6.7 X-Forwarded-For=203.0.113.1 X-Forwarded-For=10.0.0.1", "203.0.113.2"),
						"200 429 429 429 200"),
				Arguments.of("without an address that is worth it, the proxy is the client",
						List.of("127.0.0.1", "rubbish", "203.0.113.3,unknown", "203.0.113.4,_hidden", "localhost"),
						"200 429 429 429 429"));
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("table")
	void clientsAreCountedByTheirOwnAddress(String name, List<String> addresses, String expected) throws Exception {
		List<String> statuses = new ArrayList<>();
		for (String address : addresses) {
			HttpResponse<String> response = this.client.send(
					HttpScenarios.request(application(), "GET /s29 X-Forwarded-For=" + address),
					HttpResponse.BodyHandlers.ofString());
			statuses.add(String.valueOf(response.statusCode()));
		}
		assertThat(String.join(" ", statuses)).isEqualTo(expected);
	}

}
