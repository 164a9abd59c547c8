package io.github.ratelimitbenchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;

import org.jspecify.annotations.Nullable;

/**
 * A part of a page that is measured, between two markers; what is written around them
 * stays.
 */
public final class Section {

	private final String name;

	private final StringBuilder text = new StringBuilder();

	/**
	 * Creates a section for one kind of benchmarks on this JDK.
	 * @param part which benchmarks
	 * @param options with which options they run
	 * @param redis the server they run against
	 */
	public Section(String part, Options options, OwnRedis redis) {
		this.name = part + " on JDK " + Runtime.version().feature();
		line("`" + options.command(part) + "`, " + LocalDate.now() + ": JDK " + Runtime.version() + ", "
				+ redis.description() + ", " + Runtime.getRuntime().availableProcessors() + " cores, "
				+ System.getProperty("os.name") + " " + System.getProperty("os.arch") + ".");
	}

	/**
	 * Adds a line, and says it at once to who waits.
	 * @param line the line
	 */
	public void line(String line) {
		System.out.println(line);
		this.text.append(line).append('\n');
	}

	/**
	 * Replaces what is between the markers, or adds them at the end.
	 * @param page the file, or null for none
	 */
	public void write(@Nullable Path page) throws IOException {
		if (page == null) {
			return;
		}
		String begin = "<!-- measured: " + this.name + " -->\n";
		String end = "<!-- end of " + this.name + " -->\n";
		String before = Files.exists(page) ? Files.readString(page) : "";
		int from = before.indexOf(begin);
		int to = before.indexOf(end);
		String measured = begin + "\n" + this.text + "\n" + end;
		Files.writeString(page, (from < 0 || to < 0) ? before + "\n" + measured
				: before.substring(0, from) + measured + before.substring(to + end.length()));
	}

}
