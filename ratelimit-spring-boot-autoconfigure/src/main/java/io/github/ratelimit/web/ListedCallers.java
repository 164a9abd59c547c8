package io.github.ratelimit.web;

import java.util.List;
import java.util.function.Predicate;

/**
 * The callers on an allow-list, by address or by role.
 */
public final class ListedCallers implements Predicate<RateLimitRequest> {

	private final List<AddressRange> addresses;

	private final List<String> roles;

	private ListedCallers(List<AddressRange> addresses, List<String> roles) {
		this.addresses = addresses;
		this.roles = List.copyOf(roles);
	}

	/**
	 * Reads an allow-list as it is written in configuration.
	 * @param part the property that the addresses are written in
	 * @param addresses addresses and ranges, such as {@code 10.0.0.0/8}
	 * @param roles roles, without the prefix that Spring Security gives them
	 * @return the allow-list
	 * @throws io.github.ratelimit.InvalidPolicyException if an address is malformed
	 */
	public static ListedCallers parse(String part, List<String> addresses, List<String> roles) {
		return new ListedCallers(AddressRange.parseAll(part, addresses), roles);
	}

	@Override
	public boolean test(RateLimitRequest request) {
		return hasListedAddress(request) || hasListedRole(request);
	}

	private boolean hasListedAddress(RateLimitRequest request) {
		if (this.addresses.isEmpty()) {
			return false;
		}
		IpAddress address = IpAddress.parseNode(request.remoteAddress());
		return address != null && AddressRange.anyContains(this.addresses, address);
	}

	private boolean hasListedRole(RateLimitRequest request) {
		for (String role : this.roles) {
			if (request.hasRole(role)) {
				return true;
			}
		}
		return false;
	}

}
