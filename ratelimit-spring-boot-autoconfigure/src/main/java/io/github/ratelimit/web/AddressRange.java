package io.github.ratelimit.web;

import java.util.List;

import io.github.ratelimit.InvalidPolicyException;

/**
 * All addresses that start with the same bits.
 *
 * @param network the first of them
 * @param prefix how many bits they have in common
 */
record AddressRange(IpAddress network, int prefix) {

	private static final String EXPECTED = "addresses or ranges such as 192.0.2.1, 10.0.0.0/8 or 2001:db8::/32,"
			+ " with no bits after the prefix, and none that holds all addresses";

	/**
	 * Reads ranges as they are written in configuration.
	 * @param part the property that they are written in
	 * @param texts addresses, each with or without a prefix
	 * @return the ranges
	 * @throws InvalidPolicyException if one is malformed, or holds all addresses
	 */
	static List<AddressRange> parseAll(String part, List<String> texts) {
		return texts.stream().map((text) -> parse(part, text.strip())).toList();
	}

	private static AddressRange parse(String part, String text) {
		int slash = text.indexOf('/');
		String address = (slash >= 0) ? text.substring(0, slash) : text;
		IpAddress network = IpAddress.parse(address);
		if (network != null) {
			int bits = (address.indexOf(':') >= 0) ? 128 : 32;
			int written = (slash >= 0) ? IpAddress.number(text.substring(slash + 1)) : bits;
			int prefix = written - bits + network.bits();
			if (prefix > 0 && written <= bits && network.startsWith(network.network(prefix), network.bits())) {
				return new AddressRange(network, prefix);
			}
		}
		throw new InvalidPolicyException(part, text, EXPECTED);
	}

	static boolean anyContains(List<AddressRange> ranges, IpAddress address) {
		for (AddressRange range : ranges) {
			if (address.startsWith(range.network, range.prefix)) {
				return true;
			}
		}
		return false;
	}

}
