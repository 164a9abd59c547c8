package io.github.ratelimit.documentation;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Charge;
import io.github.ratelimit.Limit;
import io.github.ratelimit.Policy;
import io.github.ratelimit.memory.MemoryRateLimitStore;

/**
 * How many calls each algorithm has allowed within the last window, as the store decides:
 * one call, silence for most of a window, and then a flood of ten calls per second.
 */
final class AlgorithmsPicture {

	private static final Limit LIMIT = Limit.parse("60/1m");

	private static final int WINDOW = 60;

	private static final int FLOOD = 50;

	private static final int END = 240;

	private static final int LEFT = 50;

	private static final int BOTTOM = 270;

	private static final int PIXELS_PER_SECOND = 3;

	private static final int PIXELS_PER_CALL = 2;

	private AlgorithmsPicture() {
	}

	/** Calls that were allowed in the window that ends with each second. */
	static int[] allowedInLastWindow(Algorithm algorithm) {
		AtomicLong now = new AtomicLong();
		MemoryRateLimitStore store = new MemoryRateLimitStore(10, now::get);
		Charge charge = new Charge(new Policy("api", algorithm, LIMIT), "a caller");
		List<Long> allowed = new ArrayList<>();
		for (long millis = 0; millis <= END * 1000L; millis += 100) {
			now.set(millis);
			if ((millis == 0 || millis >= FLOOD * 1000L)
					&& store.acquire(List.of(charge)).toCompletableFuture().join().allowed()) {
				allowed.add(millis);
			}
		}
		return IntStream.rangeClosed(0, END)
			.map((second) -> (int) allowed.stream()
				.filter((time) -> time <= second * 1000L && time > (second - WINDOW) * 1000L)
				.count())
			.toArray();
	}

	/** The picture, on any background. */
	static String svg() {
		StringBuilder svg = new StringBuilder(
				"""
						<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 800 300" font-family="sans-serif" font-size="12" role="img">
						<title>Calls that were allowed within the last minute, by algorithm</title>
						<rect width="800" height="300" fill="#ffffff"/>
						""");
		for (int calls = 0; calls <= 120; calls += 30) {
			line(svg, calls, (calls == 60) ? "#d1242f" : "#d0d7de");
			text(svg, LEFT - 8, y(calls) + 4, "end", String.valueOf(calls));
		}
		for (int second = 0; second <= END; second += WINDOW) {
			text(svg, x(second), BOTTOM + 18, "middle", second / WINDOW + " min");
		}
		curve(svg, Algorithm.FIXED_WINDOW, "#bf8700", 40);
		curve(svg, Algorithm.TOKEN_BUCKET, "#8250df", 60);
		curve(svg, Algorithm.SLIDING_WINDOW, "#0969da", 80);
		return svg.append("</svg>\n").toString();
	}

	private static void line(StringBuilder svg, int calls, String colour) {
		svg.append("<path d=\"M%d %dH%d\" stroke=\"%s\"/>%n".formatted(LEFT, y(calls), x(END), colour));
	}

	private static void text(StringBuilder svg, int x, int y, String anchor, String text) {
		svg.append("<text x=\"%d\" y=\"%d\" text-anchor=\"%s\" fill=\"#1f2328\">%s</text>%n".formatted(x, y, anchor,
				text));
	}

	private static void curve(StringBuilder svg, Algorithm algorithm, String colour, int legend) {
		int[] calls = allowedInLastWindow(algorithm);
		StringBuilder path = new StringBuilder("M%d %d".formatted(x(0), y(calls[0])));
		for (int second = 1; second <= END; second++) {
			path.append("L%d %d".formatted(x(second), y(calls[second])));
		}
		String name = algorithm.name().toLowerCase(Locale.ROOT).replace('_', '-');
		svg.append("<path d=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>%n".formatted(path, colour));
		svg.append("<path d=\"M70 %d h24\" stroke=\"%s\" stroke-width=\"2\"/>%n".formatted(legend - 4, colour));
		text(svg, 100, legend, "start", name);
	}

	private static int x(int second) {
		return LEFT + second * PIXELS_PER_SECOND;
	}

	private static int y(int calls) {
		return BOTTOM - calls * PIXELS_PER_CALL;
	}

}
