package io.github.ratelimitbenchmarks;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * How a figure came out over several rounds.
 *
 * @param median the one in the middle
 * @param min the least
 * @param max the largest
 */
public record Spread(double median, double min, double max) {

	/**
	 * Sorts what was measured.
	 * @param <T> what a round says
	 * @param rounds at least one
	 * @param figure which figure of a round
	 * @return median, least and largest
	 */
	public static <T> Spread of(List<T> rounds, ToDoubleFunction<T> figure) {
		return of(rounds.stream().mapToDouble(figure));
	}

	/**
	 * Compares rounds that ran one after the other, which tells more than to compare
	 * medians: what disturbed one disturbed its neighbour.
	 * @param <T> what a round says
	 * @param rounds at least one
	 * @param base as many rounds of what they are compared to
	 * @param figure which figure of a round
	 * @return median, least and largest of the ratios
	 */
	public static <T> Spread ofRatios(List<T> rounds, List<T> base, ToDoubleFunction<T> figure) {
		return of(IntStream.range(0, rounds.size())
			.mapToDouble((round) -> figure.applyAsDouble(rounds.get(round)) / figure.applyAsDouble(base.get(round))));
	}

	private static Spread of(DoubleStream figures) {
		double[] sorted = figures.sorted().toArray();
		int middle = sorted.length / 2;
		double median = (sorted.length % 2 == 1) ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
		return new Spread(median, sorted[0], sorted[sorted.length - 1]);
	}

	/**
	 * Whole numbers, such as rates.
	 * @return the median, and in brackets the least and the largest
	 */
	public String range() {
		return String.format(Locale.ROOT, "%,.0f (%,.0f–%,.0f)", this.median, this.min, this.max);
	}

	@Override
	public String toString() {
		return digits(this.median);
	}

	/**
	 * Writes a figure with about three digits.
	 * @param figure the figure
	 * @return such as 0, 0.026, 1.72, 38.1, 1,204
	 */
	public static String digits(double figure) {
		int decimals = (figure < 0.0005) ? 0 : (figure < 0.1) ? 3 : (figure < 10) ? 2 : (figure < 100) ? 1 : 0;
		return String.format(Locale.ROOT, "%,." + decimals + "f", figure);
	}

}
