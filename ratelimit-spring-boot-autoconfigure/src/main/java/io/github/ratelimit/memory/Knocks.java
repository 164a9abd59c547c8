package io.github.ratelimit.memory;

import io.github.ratelimit.Ban;

/**
 * How often one caller was rejected under one policy of late, and its last ban. Times are
 * milliseconds; not safe for several threads.
 */
final class Knocks {

	private long count;

	private long since;

	private long banEnd;

	/** How long the last ban was, 0 before the first. */
	private long banMillis;

	/** Time until the caller is not banned any more, 0 if it is not. */
	long banLeft(long now) {
		return Math.max(0, this.banEnd - now);
	}

	/** Counts a knock of a caller that is not banned; returns whether it is now. */
	boolean add(Ban ban, long now) {
		if (this.count == 0 || now >= this.since + ban.within().toMillis()) {
			this.count = 0;
			this.since = now;
		}
		this.count++;
		if (this.count >= ban.rejections()) {
			this.banMillis = next(ban, now);
			this.banEnd = now + this.banMillis;
			this.count = 0;
			return true;
		}
		return false;
	}

	private long next(Ban ban, long now) {
		long first = ban.length().toMillis();
		return (now < this.banEnd + this.banMillis)
				? Math.min(Math.max(2 * this.banMillis, first), ban.longest().toMillis()) : first;
	}

}
