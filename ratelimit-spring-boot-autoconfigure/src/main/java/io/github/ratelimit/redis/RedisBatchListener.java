package io.github.ratelimit.redis;

/**
 * Told of every call of the script {@code acquire.lua}, on the thread that sends it:
 * implementations return at once and throw nothing.
 */
@FunctionalInterface
public interface RedisBatchListener {

	/** Nobody is told. */
	RedisBatchListener NOBODY = (calls) -> {
	};

	/**
	 * Called before decisions are asked for.
	 * @param calls how many calls share the call of the script, 1 or more
	 */
	void onBatch(int calls);

}
