package io.github.ratelimit.web;

import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Seeded random texts: fragments of what is expected, in any order, some of them damaged.
 */
public final class HostileText {

	private static final List<String> NOISE = List.of("", " ", "\t", "\u0000", "\u007f", "\u00a0", "\u0661", "\u202e",
			"\ud83d", "\ud83d\ude00", "\ufeff", "%", "%00", "%2f", "..", "\\", "'", "\"", "{", "}", "[", "]", "|", ",",
			";", ":", "=", "-1", "0", "99999999999999999999", "1e9", "a".repeat(9000));

	private final Random random;

	private final List<String> fragments;

	public HostileText(long seed, String... fragments) {
		this.random = new Random(seed);
		this.fragments = List.of(fragments);
	}

	/** So many texts. */
	public Stream<String> texts(int count) {
		return Stream.generate(this::next).limit(count);
	}

	private String next() {
		StringBuilder text = new StringBuilder();
		for (int i = this.random.nextInt(8); i >= 0; i--) {
			text.append(one((this.random.nextInt(6) > 0) ? this.fragments : NOISE));
		}
		if (this.random.nextInt(4) == 0 && !text.isEmpty()) {
			text.setCharAt(this.random.nextInt(text.length()), (char) this.random.nextInt(0x250));
		}
		return text.toString();
	}

	private String one(List<String> texts) {
		return texts.get(this.random.nextInt(texts.size()));
	}

}
