package io.github.ratelimit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The library grows by decision, not by accident: who makes it smaller lowers the numbers
 * here, who has to raise them says why.
 */
class SizeTests {

	private static final Path ROOT = Path.of("src/main/java/io/github/ratelimit");

	private static final Pattern PUBLIC_TYPE = Pattern.compile(
			"^\\s*public (static |final |abstract |sealed |non-sealed )*(class|interface|record|enum|@interface) ");

	private static final Pattern JAVADOC = Pattern.compile("^\\s*(\\*|/\\*\\*)");

	private static final Pattern NO_CODE = Pattern.compile("^\\s*($|\\*|/\\*\\*|//|import |package )");

	/** Lines of each package, with Javadoc. */
	private static final Map<String, Integer> ROOMS = Map.ofEntries(Map.entry("actuate", 524),
			Map.entry("annotation", 1123), Map.entry("autoconfigure", 4705), Map.entry("client", 306),
			Map.entry("core", 2450), Map.entry("lease", 1098), Map.entry("memory", 740), Map.entry("metrics", 574),
			Map.entry("redis", 1969), Map.entry("resilience", 1311), Map.entry("web", 2648),
			Map.entry("web.reactive", 695), Map.entry("web.security", 201), Map.entry("web.servlet", 1162));

	@Test
	void libraryIsNoLargerThanItWas() {
		List<String> lines = sources().flatMap((file) -> lines(file).stream()).toList();
		assertThat(lines).hasSizeLessThanOrEqualTo(19_506);
		assertThat(sources()).hasSizeLessThanOrEqualTo(228);
		assertThat(lines).filteredOn((line) -> PUBLIC_TYPE.matcher(line).find()).hasSizeLessThanOrEqualTo(146);
		long javadoc = lines.stream().filter((line) -> JAVADOC.matcher(line).find()).count();
		long code = lines.stream().filter((line) -> !NO_CODE.matcher(line).find()).count();
		assertThat(javadoc).as("Javadoc beside %d lines of code", code).isGreaterThan(code * 3 / 10);
	}

	@Test
	void noRoomIsLargerThanItWas() {
		Map<String, Integer> rooms = new TreeMap<>();
		sources().forEach((file) -> rooms.merge(room(file), lines(file).size(), Integer::sum));
		assertThat(rooms.keySet()).isEqualTo(new TreeMap<>(ROOMS).keySet());
		rooms.forEach((room, size) -> assertThat(size).as(room).isLessThanOrEqualTo(ROOMS.get(room)));
	}

	private static String room(Path file) {
		String room = ROOT.relativize(file.getParent()).toString().replace('/', '.');
		return room.isEmpty() ? "core" : room;
	}

	private static Stream<Path> sources() {
		try (Stream<Path> files = Files.walk(ROOT)) {
			return files.filter((file) -> file.toString().endsWith(".java")).toList().stream();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static List<String> lines(Path file) {
		try {
			return Files.readAllLines(file);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
