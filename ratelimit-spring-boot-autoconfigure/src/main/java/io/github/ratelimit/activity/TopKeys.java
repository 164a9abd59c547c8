package io.github.ratelimit.activity;

import java.util.Map;
import java.util.concurrent.CompletionStage;

/**
 * Where counts of callers are added up, those of all instances for some minutes.
 */
@FunctionalInterface
public interface TopKeys {

	/**
	 * Adds counts, and tells the largest sums.
	 * @param what what is counted: counts of one kind are added up
	 * @param counts counts by caller; may be empty
	 * @param most how many sums are told at most
	 * @return sums by caller, the largest first; completed with a failure if they cannot
	 * be told
	 */
	CompletionStage<Map<String, Long>> add(String what, Map<String, Long> counts, int most);

}
