package io.github.ratelimit;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * What callers send, made fit for a key: short, printable, and such that two different
 * texts never become one. Hashes start with {@code ~}, which is escaped in other text.
 */
public final class KeyText {

	/** Stands between the parts of a key, and is escaped within them. */
	public static final char SEPARATOR = ',';

	private static final int MAX_LENGTH = 64;

	private static final int HASH_BYTES = 16;

	private static final String ESCAPED = "~%{}" + SEPARATOR;

	private static final int MAX_NAME = 1024;

	private static final Pattern BLANKS = Pattern.compile("[\\s\\p{Z}]+");

	/** Control and format characters, and what else is not to be seen. */
	private static final Pattern INVISIBLE = Pattern
		.compile("[\\p{Cc}\\p{Cf}&&[^\\s]]|[\\u034F\\u115F\\u1160\\u17B4\\u17B5\\u180B-\\u180F\\u2065\\u3164]"
				+ "|[\\uFE00-\\uFE0F\\uFFA0\\uFFF0-\\uFFF8\\x{E0000}-\\x{E0FFF}]");

	private static final MessageDigest SHA_256 = newSha256();

	private KeyText() {
	}

	/**
	 * Makes a part of a key.
	 * @param text any text, not empty
	 * @return the text itself, escaped, if it is short and can be written in UTF-8, else
	 * its hash
	 */
	public static String escape(String text) {
		if (text.length() > MAX_LENGTH) {
			return hash(text);
		}
		for (int i = 0; i < text.length(); i++) {
			if (unfit(text.charAt(i))) {
				return StandardCharsets.UTF_8.newEncoder().canEncode(text) ? percentEncode(text) : hash(text);
			}
		}
		return text;
	}

	/**
	 * Makes a part of a key of a secret.
	 * @param text any text
	 * @return 128 bits of the SHA-256 of all its UTF-16, as 22 characters behind a tilde
	 */
	public static String hash(String text) {
		byte[] utf16 = new byte[text.length() * Character.BYTES];
		ByteBuffer.wrap(utf16).asCharBuffer().put(text);
		byte[] digest = sha256().digest(utf16);
		return "~" + Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(digest, HASH_BYTES));
	}

	/**
	 * Makes one text of all that name the same account where the case and the width of
	 * letters, blanks around a name and invisible characters mean nothing, as in most
	 * logins. Accents are kept.
	 * @param text any text
	 * @return the first 1,024 visible characters in Unicode's form NFKC and in lower
	 * case, without white space at either end
	 */
	public static String lower(String text) {
		String visible = stripped(INVISIBLE.matcher(text).replaceAll(""));
		visible = visible.substring(0, Math.min(visible.length(), MAX_NAME));
		StringBuilder folded = new StringBuilder(visible.length());
		Normalizer.normalize(visible, Normalizer.Form.NFKC).codePoints().forEach((letter) -> fold(letter, folded));
		return stripped(Normalizer.normalize(folded, Normalizer.Form.NFKC));
	}

	/**
	 * One by one, because whole texts take a time that grows with the square of their
	 * length; by way of upper case, which takes two lower-case letters for one.
	 */
	private static void fold(int letter, StringBuilder folded) {
		Character.toString(Character.toLowerCase(letter))
			.toUpperCase(Locale.ROOT)
			.codePoints()
			.map(Character::toLowerCase)
			.forEach(folded::appendCodePoint);
	}

	private static String stripped(String text) {
		return BLANKS.matcher(text).replaceAll(" ").strip();
	}

	private static boolean unfit(int character) {
		return character <= ' ' || character > '~' || ESCAPED.indexOf(character) >= 0;
	}

	private static String percentEncode(String text) {
		StringBuilder encoded = new StringBuilder();
		for (byte part : text.getBytes(StandardCharsets.UTF_8)) {
			if (unfit(part)) {
				HexFormat.of().withUpperCase().toHexDigits(encoded.append('%'), part);
			}
			else {
				encoded.append((char) part);
			}
		}
		return encoded.toString();
	}

	/** To copy one is faster than to look for it among the providers. */
	private static MessageDigest sha256() {
		try {
			return (MessageDigest) SHA_256.clone();
		}
		catch (CloneNotSupportedException ex) {
			return newSha256();
		}
	}

	private static MessageDigest newSha256() {
		try {
			return MessageDigest.getInstance("SHA-256");
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every Java platform has SHA-256", ex);
		}
	}

}
