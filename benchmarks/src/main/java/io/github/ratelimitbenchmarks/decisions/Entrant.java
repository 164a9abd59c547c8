package io.github.ratelimitbenchmarks.decisions;

/**
 * A contender before it is started.
 *
 * @param name what it is called in the table
 * @param factory how to start it
 */
record Entrant(String name, Contender.Factory factory) {
}
