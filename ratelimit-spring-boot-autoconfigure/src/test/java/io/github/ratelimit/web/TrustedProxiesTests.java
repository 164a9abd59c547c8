package io.github.ratelimit.web;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.ratelimit.InvalidPolicyException;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of {@link TrustedProxies}, and of the addresses that they read.
 */
@ExtendWith(OutputCaptureExtension.class)
class TrustedProxiesTests {

	private static final List<String> PROXIES = List.of("10.0.0.0/8", "192.0.2.1", "2001:db8:ffff::/48", "::1");

	/** Lines of one header are separated by a slash. */
	@ParameterizedTest(name = "{0} from {1}")
	@CsvSource(delimiter = ';', nullValues = "none", value = {
			// header; peer; client
			"none; 10.0.0.1; 10.0.0.1", //
			"203.0.113.9; 10.0.0.1; 203.0.113.9", //
			"203.0.113.9; 203.0.113.1; 203.0.113.1", // the peer is not trusted
			"203.0.113.9; 11.0.0.1; 11.0.0.1", //
			"203.0.113.9; 192.0.2.1; 203.0.113.9", //
			"203.0.113.9; 192.0.2.2; 192.0.2.2", //
			"203.0.113.9; 2001:db8:ffff::5; 203.0.113.9", //
			"203.0.113.9; 2001:db8:fffe::5; 2001:db8:fffe::5", //
			"203.0.113.9; 0:0:0:0:0:0:0:1; 203.0.113.9", //
			"203.0.113.9; ::ffff:10.0.0.1; 203.0.113.9", // IPv4 within IPv6
			"6.6.6.6, 203.0.113.9; 10.0.0.1; 203.0.113.9", // never the left-most
			"6.6.6.6, 203.0.113.9, 10.1.1.1, 10.2.2.2; 10.0.0.1; 203.0.113.9", // trusted
																				// ones
																				// are
																				// skipped
			"10.1.1.1, 203.0.113.9, 10.2.2.2; 10.0.0.1; 203.0.113.9", //
			"10.1.1.1, 10.2.2.2; 10.0.0.1; 10.1.1.1", // all are trusted
			"6.6.6.6/203.0.113.9; 10.0.0.1; 203.0.113.9", // several lines
			"6.6.6.6, 203.0.113.9/10.1.1.1/10.2.2.2; 10.0.0.1; 203.0.113.9", //
			"203.0.113.9 ,\t10.1.1.1; 10.0.0.1; 203.0.113.9", //
			"203.0.113.9,10.1.1.1; 10.0.0.1; 203.0.113.9", //
			"203.0.113.9:4711; 10.0.0.1; 203.0.113.9", // ports
			"[2001:db8::9]:4711; 10.0.0.1; 2001:db8::9", //
			"[2001:db8::9]; 10.0.0.1; 2001:db8::9", // brackets
			"2001:DB8:0:0::9; 10.0.0.1; 2001:db8::9", //
			"fe80::9%eth0; 10.0.0.1; fe80::9", // zones
			"[fe80::9%25eth0]:80; 10.0.0.1; fe80::9", //
			"::ffff:9.9.9.9; 10.0.0.1; 9.9.9.9", //
			"::ffff:0909:0909; 10.0.0.1; 9.9.9.9", //
			"203.0.113.9, ::ffff:10.1.1.1; 10.0.0.1; 203.0.113.9", //
			"rubbish, 203.0.113.9; 10.0.0.1; 203.0.113.9", // what the client wrote makes
															// no difference
			"a\"b, 203.0.113.9; 10.0.0.1; 203.0.113.9", //
			"203.0.113.9, rubbish; 10.0.0.1; 10.0.0.1", // malformed
			"203.0.113.9, unknown; 10.0.0.1; 10.0.0.1", //
			"203.0.113.9, _hidden; 10.0.0.1; 10.0.0.1", //
			"203.0.113.9,; 10.0.0.1; 10.0.0.1", //
			"203.0.113.9, ,10.1.1.1; 10.0.0.1; 10.0.0.1", //
			"203.0.113.9/; 10.0.0.1; 10.0.0.1", //
			"''; 10.0.0.1; 10.0.0.1", //
			"localhost; 10.0.0.1; 10.0.0.1", //
			"203.0.113; 10.0.0.1; 10.0.0.1", //
			"203.0.113.256; 10.0.0.1; 10.0.0.1", //
			"203.0.113.9.1; 10.0.0.1; 10.0.0.1", //
			"203.0.113.09; 10.0.0.1; 10.0.0.1", //
			"0313.0.0161.011; 10.0.0.1; 10.0.0.1", //
			"203.0.113.+9; 10.0.0.1; 10.0.0.1", //
			"203.0.113.\u0669; 10.0.0.1; 10.0.0.1", // an Arabic digit
			"3405803785; 10.0.0.1; 10.0.0.1", //
			"203.0.113.9:; 10.0.0.1; 10.0.0.1", //
			"203.0.113.9:x; 10.0.0.1; 10.0.0.1", //
			"203.0.113.9:123456; 10.0.0.1; 10.0.0.1", //
			"203.0.113.9%1; 10.0.0.1; 10.0.0.1", //
			"[203.0.113.9]; 10.0.0.1; 10.0.0.1", //
			"[2001:db8::9; 10.0.0.1; 10.0.0.1", //
			"2001:db8::9]; 10.0.0.1; 10.0.0.1", //
			"[2001:db8::9]80; 10.0.0.1; 10.0.0.1", //
			"2001:db8::9::1; 10.0.0.1; 10.0.0.1", //
			"1:2:3:4:5:6:7:8:9; 10.0.0.1; 10.0.0.1", //
			"1:2:3:4:5:6:7; 10.0.0.1; 10.0.0.1", //
			"2001:db8::g; 10.0.0.1; 10.0.0.1", //
			"12345::1; 10.0.0.1; 10.0.0.1", //
			".::1; 10.0.0.1; 10.0.0.1", //
			"dead.beef:80; 10.0.0.1; 10.0.0.1", //
			"203.0.113.9; somewhere; somewhere", // the peer is no address
			"203.0.113.9; ''; ''" })
	void xForwardedForIsReadFromItsEnd(String header, String peer, String client) {
		assertThat(client(ForwardedHeader.X_FORWARDED_FOR, header, peer)).isEqualTo(client);
	}

	@ParameterizedTest(name = "{0}")
	@CsvSource(delimiter = '!', quoteCharacter = '`', value = { "for=203.0.113.9!203.0.113.9",
			"For=203.0.113.9;proto=https;by=10.0.0.1!203.0.113.9",
			"proto=https; for=203.0.113.9 ; host=shop.example!203.0.113.9",
			"for=6.6.6.6, for=203.0.113.9, for=10.1.1.1!203.0.113.9",
			"for=6.6.6.6/for=203.0.113.9;proto=http/for=10.1.1.1!203.0.113.9",
			"for=\"[2001:db8::1]:4711\";proto=https, for=10.0.0.60!2001:db8::1", "for=\"203.0.113.9:80\"!203.0.113.9",
			"for=203.0.113.9:80!203.0.113.9", "for=\"\", for=203.0.113.9!203.0.113.9",
			"for=\", for=203.0.113.9!203.0.113.9", "for=203.0.113.9;!203.0.113.9",
			"for=203.0.113.9;host=\"a\\b\"!203.0.113.9", "for=203.0.113.9, for=unknown!10.0.0.1",
			"for=203.0.113.9, for=_hidden!10.0.0.1", "for=203.0.113.9, for=\"_hidden:_port\"!10.0.0.1",
			"for=203.0.113.9, proto=https!10.0.0.1", "for=203.0.113.9;for=10.1.1.1!10.0.0.1", "203.0.113.9!10.0.0.1",
			"=203.0.113.9!10.0.0.1", "for=!10.0.0.1", "for=\"203.0.113.9!10.0.0.1", "for=\"!10.0.0.1",
			"for=203.0.113.9\"!10.0.0.1", "for=\"203.0.113\\.9\"!10.0.0.1",
			// a host that pretends to be an element, within quotes
			"for=203.0.113.9;host=\"x, for=6.6.6.6\"!10.0.0.1", "for=203.0.113.9;host=\"x, for=6.6.6.6;a=\"!10.0.0.1",
			"for=203.0.113.9;host=\"x, for=6.6.6.6;a=\\\"\"!10.0.0.1",
			"for=203.0.113.9;host=\"x, for=6.6.6.6;a=b\";proto=http!10.0.0.1",
			"for=203.0.113.9;host=\"x;for=6.6.6.6;a=b\"!10.0.0.1" })
	void forwardedIsReadFromItsEnd(String header, String client) {
		assertThat(client(ForwardedHeader.FORWARDED, header, "10.0.0.1")).isEqualTo(client);
	}

	@Test
	void onlyTheConfiguredHeaderIsRead() {
		TrustedProxies proxies = TrustedProxies.parse(PROXIES, ForwardedHeader.FORWARDED);
		assertThat(
				proxies.of("10.0.0.1", (name) -> name.equals("X-Forwarded-For") ? List.of("203.0.113.9") : List.of()))
			.isEqualTo("10.0.0.1");
	}

	@Test
	void tooLongAWayToTheClientIsNotGone() {
		String trusted = ", 10.1.1.1";
		assertThat(client(ForwardedHeader.X_FORWARDED_FOR, "203.0.113.9" + trusted.repeat(31), "10.0.0.1"))
			.isEqualTo("203.0.113.9");
		assertThat(client(ForwardedHeader.X_FORWARDED_FOR, "203.0.113.9" + trusted.repeat(32), "10.0.0.1"))
			.isEqualTo("10.0.0.1");
		assertThat(client(ForwardedHeader.X_FORWARDED_FOR, "6.6.6.6,".repeat(10_000) + "203.0.113.9", "10.0.0.1"))
			.isEqualTo("203.0.113.9");
		assertThat(client(ForwardedHeader.X_FORWARDED_FOR, "9".repeat(8192), "10.0.0.1")).isEqualTo("10.0.0.1");
	}

	@ParameterizedTest
	@CsvSource({ "10.0.0.0/8, 10.255.255.255, true", "10.0.0.0/8, 11.0.0.0, false", "10.0.0.0/8, 9.255.255.255, false",
			"172.16.0.0/12, 172.31.255.255, true", "172.16.0.0/12, 172.32.0.0, false",
			"192.0.2.128/25, 192.0.2.127, false", "192.0.2.128/25, 192.0.2.128, true", "192.0.2.6/31, 192.0.2.7, true",
			"192.0.2.6/31, 192.0.2.8, false", "192.0.2.7/32, 192.0.2.7, true", "192.0.2.7/32, 192.0.2.6, false",
			"128.0.0.0/1, 200.0.0.1, true", "128.0.0.0/1, 127.0.0.1, false", "2001:db8::/33, 2001:db8:7fff::1, true",
			"2001:db8::/33, 2001:db8:8000::1, false", "2001:db8::1/128, 2001:db8::1, true",
			"2001:db8::1/128, 2001:db8::2, false", "::ffff:10.0.0.0/104, 10.1.2.3, true",
			"::ffff:10.0.0.0/104, 11.1.2.3, false", "::ffff:10.0.0.1, 10.0.0.1, true", "::/1, 10.0.0.1, false",
			"1.0.0.0/8, 100::1, false" })
	void rangesAreExact(String range, String address, boolean expected) {
		List<AddressRange> ranges = AddressRange.parseAll("trusted-proxies", List.of(range));
		assertThat(AddressRange.anyContains(ranges, IpAddress.parse(address))).isEqualTo(expected);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "proxy", "localhost", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/08",
			"10.0.0.0/8/8", "10.0.0/8", "10.0.0.1/8", "0.0.0.0/0", "::/0", "::ffff:0:0/96", "::ffff:0:0/90",
			"2001:db8::/129", "2001:db8::1/64", "10.0.0.0:80/8", "[2001:db8::]/32", "fe80::1%eth0", "10.0.0.0 /8",
			"10.0.0.0/99999999999" })
	void malformedRangesAreRefused(String range) {
		assertThatExceptionOfType(InvalidPolicyException.class)
			.isThrownBy(() -> TrustedProxies.parse(List.of("10.0.0.0/8", range), ForwardedHeader.FORWARDED))
			.satisfies((ex) -> assertThat(ex.value()).isEqualTo(range))
			.withMessageContaining("10.0.0.0/8 or 2001:db8::/32");
	}

	@ParameterizedTest
	@CsvSource({ "0:0:0:0:0:0:0:0, ::", "::1, ::1", "1::, 1::", "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
			"2001:0:0:1:0:0:0:1, 2001:0:0:1::1", "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
			"2001:0DB8::00AB, 2001:db8::ab", "0:1:2:3:4:5:0:0, 0:1:2:3:4:5::", "::1.2.3.4, ::102:304",
			"255.255.255.255, 255.255.255.255" })
	void addressesAreWrittenInOneWay(String text, String expected) {
		assertThat(IpAddress.parse(text)).hasToString(expected);
	}

	@Test
	void forwardingHeaderOfAnUntrustedPeerIsReportedOnce(CapturedOutput output) {
		TrustedProxies nobody = TrustedProxies.parse(List.of(), ForwardedHeader.X_FORWARDED_FOR);
		nobody.of("203.0.113.1", (name) -> List.of());
		assertThat(output).doesNotContain("forwarding header");
		for (int i = 0; i < 3; i++) {
			nobody.of("203.0.113.1", (name) -> name.equals("Forwarded") ? List.of("for=6.6.6.6") : List.of());
		}
		assertThat(output.getAll().split("A request has a forwarding header", -1)).hasSize(2);
		assertThat(output).contains("WARN", "ratelimit.web.trusted-proxies").doesNotContain("203.0.113.1");
	}

	@Test
	void headersOfTrustedPeersAreNotReported(CapturedOutput output) {
		client(ForwardedHeader.X_FORWARDED_FOR, "203.0.113.9", "10.0.0.1");
		assertThat(output).doesNotContain("forwarding header");
	}

	@Test
	void peerIsTheClientForServersThatReadHeaders(CapturedOutput output) {
		Function<String, List<String>> headers = (name) -> List.of("6.6.6.6");
		assertThat(ClientAddress.ofPeer().of("::ffff:9.9.9.9", headers)).isEqualTo("9.9.9.9");
		assertThat(ClientAddress.ofPeer().of("203.0.113.9:4711", headers)).isEqualTo("203.0.113.9");
		assertThat(ClientAddress.ofPeer().of("somewhere", headers)).isEqualTo("somewhere");
		assertThat(output).doesNotContain("forwarding header");
	}

	private static String client(ForwardedHeader header, String lines, String peer) {
		return TrustedProxies.parse(PROXIES, header).of(peer, (name) -> lines(header, lines, name));
	}

	private static List<String> lines(ForwardedHeader header, String lines, String name) {
		return (lines != null && name.equals(header.field())) ? Arrays.asList(lines.split("/", -1))
				: Collections.emptyList();
	}

}
