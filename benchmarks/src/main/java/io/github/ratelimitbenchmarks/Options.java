package io.github.ratelimitbenchmarks;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * What was written on the command line.
 *
 * @param quick whether to see only that all runs, in rounds that are too short to believe
 * @param only found in the names of the cases to run
 * @param out the page to write to, or null for none
 */
public record Options(boolean quick, Pattern only, @Nullable Path out) {

	private static final Path PAGE = Path.of("docs", "performance.md");

	/**
	 * Reads the command line. Only what measures everything goes to the page of the
	 * documentation, unless a file is named.
	 * @param arguments the command line
	 * @return the options
	 */
	public static Options parse(String... arguments) {
		boolean quick = false;
		String only = "";
		Path out = null;
		for (Iterator<String> rest = List.of(arguments).iterator(); rest.hasNext();) {
			switch (rest.next()) {
				case "--quick" -> quick = true;
				case "--only" -> only = rest.next();
				case "--out" -> out = Path.of(rest.next());
				default -> throw new IllegalArgumentException("Options: --quick, --only <pattern>, --out <file>");
			}
		}
		if (out == null && !quick && only.isEmpty()) {
			out = PAGE;
		}
		return new Options(quick, Pattern.compile(only), out);
	}

	/**
	 * Tells whether a case is to be run.
	 * @param name the name of the case
	 * @return true without a pattern
	 */
	public boolean selects(String name) {
		return this.only.matcher(name).find();
	}

	/**
	 * Chooses between what is believed and what is quick.
	 * @param believed what gives figures
	 * @param quicker what shows only that all runs
	 * @return one of them
	 */
	public Duration either(Duration believed, Duration quicker) {
		return this.quick ? quicker : believed;
	}

	/**
	 * Chooses between what is believed and what is quick.
	 * @param believed what gives figures
	 * @param quicker what shows only that all runs
	 * @return one of them
	 */
	public int either(int believed, int quicker) {
		return this.quick ? quicker : believed;
	}

	/**
	 * The command that has these options.
	 * @param part which benchmarks were run
	 * @return what to type to run them again
	 */
	public String command(String part) {
		return "./benchmarks/run " + part + (this.quick ? " --quick" : "")
				+ (this.only.pattern().isEmpty() ? "" : " --only '" + this.only + "'");
	}

}
