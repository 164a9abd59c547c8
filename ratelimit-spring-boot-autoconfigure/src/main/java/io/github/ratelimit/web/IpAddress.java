package io.github.ratelimit.web;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.HexFormat;

import org.jspecify.annotations.Nullable;

/**
 * An IPv4 or IPv6 address, read from its digits and never looked up. An IPv4 address
 * within IPv6, such as {@code ::ffff:192.0.2.1}, is the IPv4 address.
 */
final class IpAddress {

	private static final int MAX_LENGTH = 45;

	private static final int GROUPS = 8;

	private final byte[] bytes;

	private IpAddress(byte[] bytes) {
		this.bytes = bytes;
	}

	/** Reads an address, or null if the text is anything but one. */
	static @Nullable IpAddress parse(String text) {
		if (text.length() > MAX_LENGTH) {
			return null;
		}
		byte[] bytes = (text.indexOf(':') >= 0) ? ipv6(text) : ipv4(text);
		return (bytes != null) ? new IpAddress(bytes) : null;
	}

	/** Reads an address that may have a port, brackets and a zone, or null. */
	static @Nullable IpAddress parseNode(String text) {
		int bracket = text.indexOf(']');
		if (text.startsWith("[")) {
			return (bracket > 0 && text.lastIndexOf(':', bracket) > 0 && isPort(text.substring(bracket + 1)))
					? parse(withoutZone(text.substring(1, bracket))) : null;
		}
		int colon = text.indexOf(':');
		if (colon >= 0 && colon == text.lastIndexOf(':')) {
			return isPort(text.substring(colon)) ? parse(text.substring(0, colon)) : null;
		}
		return parse((colon >= 0) ? withoutZone(text) : text);
	}

	int bits() {
		return this.bytes.length * Byte.SIZE;
	}

	boolean isIpv6() {
		return this.bytes.length > 4;
	}

	/** The network that it belongs to: all bits after a prefix are 0. */
	IpAddress network(int prefix) {
		byte[] network = this.bytes.clone();
		for (int i = 0; i < network.length; i++) {
			int bits = Math.max(0, Math.min(Byte.SIZE, prefix - i * Byte.SIZE));
			network[i] &= (byte) (0xFF << (Byte.SIZE - bits));
		}
		return new IpAddress(network);
	}

	/** Whether the first bits of two addresses of one kind are the same. */
	boolean startsWith(IpAddress other, int prefix) {
		int whole = prefix / Byte.SIZE;
		return this.bytes.length == other.bytes.length && Arrays.equals(this.bytes, 0, whole, other.bytes, 0, whole)
				&& (prefix % Byte.SIZE == 0
						|| ((this.bytes[whole] ^ other.bytes[whole]) & 0xFF) >> (Byte.SIZE - prefix % Byte.SIZE) == 0);
	}

	/** The one way to write it: in dots, or as RFC 5952 says. */
	@Override
	public String toString() {
		return isIpv6() ? compressed() : (this.bytes[0] & 0xFF) + "." + (this.bytes[1] & 0xFF) + "."
				+ (this.bytes[2] & 0xFF) + "." + (this.bytes[3] & 0xFF);
	}

	private String compressed() {
		int start = -1;
		int length = 1;
		for (int i = 0; i < GROUPS; i++) {
			int zeros = zerosFrom(i);
			if (zeros > length) {
				start = i;
				length = zeros;
			}
		}
		StringBuilder text = new StringBuilder();
		for (int i = 0; i < GROUPS; i++) {
			if (i == start) {
				text.append("::");
				i += length - 1;
			}
			else {
				text.append((text.isEmpty() || text.charAt(text.length() - 1) == ':') ? "" : ":")
					.append(Integer.toHexString(group(i)));
			}
		}
		return text.toString();
	}

	private int zerosFrom(int group) {
		int end = group;
		while (end < GROUPS && group(end) == 0) {
			end++;
		}
		return end - group;
	}

	private int group(int index) {
		return (this.bytes[2 * index] & 0xFF) << Byte.SIZE | (this.bytes[2 * index + 1] & 0xFF);
	}

	private static byte @Nullable [] ipv4(String text) {
		byte[] bytes = new byte[4];
		int start = 0;
		for (int i = 0; i < bytes.length; i++) {
			int dot = (i < bytes.length - 1) ? text.indexOf('.', start) : text.length();
			int octet = (dot >= 0) ? number(text.substring(start, dot)) : -1;
			if (octet < 0 || octet > 0xFF) {
				return null;
			}
			bytes[i] = (byte) octet;
			start = dot + 1;
		}
		return bytes;
	}

	/**
	 * Left to the JDK, which takes whatever has brackets, colons and hexadecimal digits
	 * for an address, right or wrong, and never for the name of a host.
	 */
	private static byte @Nullable [] ipv6(String text) {
		for (int i = 0; i < text.length(); i++) {
			char character = text.charAt(i);
			if (!HexFormat.isHexDigit(character) && character != ':' && (character != '.' || i == 0)) {
				return null;
			}
		}
		try {
			return InetAddress.getByName("[" + text + "]").getAddress();
		}
		catch (UnknownHostException ex) {
			return null;
		}
	}

	/** Reads a number of one to three digits without leading zeros, or -1. */
	static int number(String text) {
		int number = 0;
		for (int i = 0; i < text.length(); i++) {
			char digit = text.charAt(i);
			if (digit < '0' || digit > '9') {
				return -1;
			}
			number = number * 10 + digit - '0';
		}
		return (text.isEmpty() || text.length() > 3 || (text.length() > 1 && text.charAt(0) == '0')) ? -1 : number;
	}

	private static boolean isPort(String text) {
		return text.isEmpty() || (text.charAt(0) == ':' && text.length() > 1 && text.length() <= 6
				&& text.chars().skip(1).allMatch((digit) -> digit >= '0' && digit <= '9'));
	}

	private static String withoutZone(String text) {
		int zone = text.indexOf('%');
		return (zone >= 0) ? text.substring(0, zone) : text;
	}

}
