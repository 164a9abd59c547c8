package io.github.ratelimit;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

/**
 * The name that was meant by another one that does not exist. How far names are apart is
 * how many letters have to be inserted, removed, replaced, or swapped with their
 * neighbour to make one of the other.
 *
 * @see <a href="https://doi.org/10.1145/363958.363994">F. J. Damerau, A technique for
 * computer detection and correction of spelling errors</a>
 */
final class Nearest {

	/** A longer text is no name, and the time grows with the square of the length. */
	private static final int LONGEST = 200;

	private Nearest() {
	}

	/** The nearest name, or null if none is so near that it could have been meant. */
	static @Nullable String of(String text, Collection<String> names) {
		if (text.length() > LONGEST) {
			return null;
		}
		return names.stream()
			.filter((name) -> !name.equals(text) && distance(text, name) * 5 <= longer(text, name) * 2)
			.min(Comparator.<String>comparingInt((name) -> distance(text, name)).thenComparing((name) -> name))
			.orElse(null);
	}

	private static int longer(String text, String name) {
		return Math.max(text.length(), name.length());
	}

	/** In any case, because nobody means anything by that. */
	static int distance(String text, String name) {
		String from = text.toLowerCase(Locale.ROOT);
		String to = name.toLowerCase(Locale.ROOT);
		int[][] apart = new int[from.length() + 1][to.length() + 1];
		for (int i = 0; i <= from.length(); i++) {
			for (int j = 0; j <= to.length(); j++) {
				apart[i][j] = (i == 0 || j == 0) ? i + j
						: Math.min(apart[i - 1][j - 1] + ((from.charAt(i - 1) != to.charAt(j - 1)) ? 1 : 0),
								Math.min(apart[i - 1][j], apart[i][j - 1]) + 1);
				if (i > 1 && j > 1 && from.charAt(i - 1) == to.charAt(j - 2)
						&& from.charAt(i - 2) == to.charAt(j - 1)) {
					apart[i][j] = Math.min(apart[i][j], apart[i - 2][j - 2] + 1);
				}
			}
		}
		return apart[from.length()][to.length()];
	}

}
