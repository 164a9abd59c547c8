package io.github.ratelimit.lease;

/**
 * How much a lease takes: as much as was asked for in a cell, up to what the policy
 * allows, and never more than a share of what remains.
 *
 * @param calls how many calls in a cell make a key a busy one
 * @param share the part of what remains that one instance may take: 8 for an eighth
 */
record LeaseSize(long calls, long share) {

	/**
	 * Taking ahead pays from about 8 calls, as it costs a trip to take and one to give
	 * back. An eighth leaves most of what remains to others, and ends by itself when
	 * little is left.
	 */
	static final LeaseSize DEFAULT = new LeaseSize(8, 8);

	/**
	 * Permits to take ahead of those that calls need now.
	 * @param most what the policy allows
	 * @param demand what was asked for in a cell
	 * @param remaining what the store is thought to have left
	 * @param cost permits of a call
	 * @return 0 if taking ahead would not pay
	 */
	long ahead(long most, long demand, long remaining, long cost) {
		long ahead = Math.min(Math.min(most, demand), remaining / this.share);
		return (demand / this.calls >= cost && ahead >= cost) ? ahead : 0;
	}

}
