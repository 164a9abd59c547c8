package io.github.ratelimit.web;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * The proxies whose word is taken for who sent a request.
 * <p>
 * Each proxy appends the address of its own peer to a header, so the header is read from
 * its end: addresses of trusted proxies are skipped, and the first other one is the
 * client. What stands before it was written by the client and is not looked at, so that
 * nothing that a client writes makes a difference. If all are trusted, the first one is
 * the client. A header that is malformed, hides an address, or goes on for too long
 * before the client is found is worth nothing: then the peer is the client, as it is if
 * it is not trusted itself.
 */
public final class TrustedProxies implements ClientAddress {

	private static final Log logger = LogFactory.getLog(TrustedProxies.class);

	private static final int MAX_HOPS = 32;

	private final List<AddressRange> proxies;

	private final ForwardedHeader header;

	private final AtomicBoolean warned = new AtomicBoolean();

	private TrustedProxies(List<AddressRange> proxies, ForwardedHeader header) {
		this.proxies = proxies;
		this.header = header;
	}

	/**
	 * Reads the proxies as they are written in configuration.
	 * @param proxies addresses and ranges, such as {@code 10.0.0.0/8}
	 * @param header the header that they write; the other one is ignored
	 * @return the proxies
	 * @throws io.github.ratelimit.InvalidPolicyException if an address is malformed, or
	 * everybody would be trusted
	 */
	public static TrustedProxies parse(List<String> proxies, ForwardedHeader header) {
		return new TrustedProxies(AddressRange.parseAll("trusted-proxies", proxies), header);
	}

	@Override
	public String of(String peer, Function<String, List<String>> headers) {
		IpAddress address = IpAddress.parseNode(peer);
		if (address == null) {
			return peer;
		}
		if (!trusts(address)) {
			warnOnce(headers);
			return address.toString();
		}
		IpAddress client = client(headers.apply(this.header.field()));
		return ((client != null) ? client : address).toString();
	}

	private @Nullable IpAddress client(List<String> lines) {
		IpAddress hop = null;
		int hops = 0;
		for (int i = lines.size() - 1; i >= 0; i--) {
			String line = lines.get(i);
			for (int end = line.length(); end >= 0;) {
				int comma = line.lastIndexOf(',', end - 1);
				hop = (++hops <= MAX_HOPS) ? this.header.address(line.substring(comma + 1, end)) : null;
				if (hop == null || !trusts(hop)) {
					return hop;
				}
				end = comma;
			}
		}
		return hop;
	}

	private boolean trusts(IpAddress address) {
		return AddressRange.anyContains(this.proxies, address);
	}

	private void warnOnce(Function<String, List<String>> headers) {
		if (!this.warned.get() && isForwarded(headers) && this.warned.compareAndSet(false, true)) {
			logger.warn("A request has a forwarding header, but its peer is not one of ratelimit.web.trusted-proxies,"
					+ " so the header is ignored. If the peer is your proxy, all its callers share one limit:"
					+ " trust it there, or set server.forward-headers-strategy.");
		}
	}

	private static boolean isForwarded(Function<String, List<String>> headers) {
		for (ForwardedHeader header : ForwardedHeader.values()) {
			if (!headers.apply(header.field()).isEmpty()) {
				return true;
			}
		}
		return false;
	}

}
