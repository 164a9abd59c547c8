package io.github.ratelimit.web;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;

/**
 * The clients that are refused whatever they ask for, by their address.
 */
public final class BannedAddresses {

	private static final String PROBLEM = "{\"title\":\"Forbidden\",\"status\":403,"
			+ "\"detail\":\"Calls from this address are not accepted.\"}";

	private final List<AddressRange> banned;

	private final List<AddressRange> allowed;

	private final ClientAddress addresses;

	private BannedAddresses(List<AddressRange> banned, List<AddressRange> allowed, ClientAddress addresses) {
		this.banned = banned;
		this.allowed = allowed;
		this.addresses = addresses;
	}

	/**
	 * Reads the clients as they are written in configuration.
	 * @param banned addresses and ranges, such as {@code 10.0.0.0/8}
	 * @param allowed which of them are not refused all the same
	 * @param addresses finds the client's address
	 * @return the clients
	 * @throws io.github.ratelimit.InvalidPolicyException if an address is malformed, or
	 * everybody would be refused
	 */
	public static BannedAddresses parse(List<String> banned, List<String> allowed, ClientAddress addresses) {
		return new BannedAddresses(AddressRange.parseAll("banned-addresses", banned),
				AddressRange.parseAll("allowed-addresses", allowed), addresses);
	}

	/**
	 * Whether a request is to be refused.
	 * @param peer the address at the other end of the connection
	 * @param headers the lines of a header by its name, empty if the request does not
	 * have it
	 * @return true if its client is one of these
	 */
	public boolean contain(String peer, Function<String, List<String>> headers) {
		IpAddress client = IpAddress.parseNode(this.addresses.of(peer, headers));
		return client != null && AddressRange.anyContains(this.banned, client)
				&& !AddressRange.anyContains(this.allowed, client);
	}

	/**
	 * What they are told: a problem detail (RFC 9457) of no particular type.
	 * @return JSON in UTF-8
	 */
	public static byte[] problem() {
		return PROBLEM.getBytes(StandardCharsets.UTF_8);
	}

}
