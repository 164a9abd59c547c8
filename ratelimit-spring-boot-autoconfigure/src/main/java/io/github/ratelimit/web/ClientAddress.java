package io.github.ratelimit.web;

import java.util.List;
import java.util.function.Function;

/**
 * Finds the address of the client that sent a request.
 */
@FunctionalInterface
public interface ClientAddress {

	/**
	 * Finds the address of the client.
	 * @param peer the address at the other end of the connection
	 * @param headers the lines of a header by its name, empty if the request does not
	 * have it
	 * @return an IPv4 or IPv6 address, written in one way only; the peer as it is if that
	 * is no address
	 */
	String of(String peer, Function<String, List<String>> headers);

	/**
	 * The client is the peer, whatever headers say.
	 * @return for servers that have read the headers already
	 */
	static ClientAddress ofPeer() {
		return (peer, headers) -> {
			IpAddress address = IpAddress.parseNode(peer);
			return (address != null) ? address.toString() : peer;
		};
	}

}
