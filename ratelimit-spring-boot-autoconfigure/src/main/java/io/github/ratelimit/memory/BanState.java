package io.github.ratelimit.memory;

import io.github.ratelimit.Ban;

/**
 * The rejections of one client under one policy that count towards a ban, or the ban that
 * they led to. Times are milliseconds; not safe for several threads.
 */
final class BanState {

	/** Zero if the client is banned. */
	private long rejections;

	/** When the first rejection was counted, or when the ban ends. */
	private long time;

	/** Time until the ban ends, 0 if there is none. */
	long banLeft(long now) {
		return (this.rejections == 0) ? Math.max(0, this.time - now) : 0;
	}

	/** Counts a rejection of a client that is not banned; returns whether it is now. */
	boolean add(Ban ban, long now) {
		if (this.rejections == 0 || now >= this.time + ban.within().toMillis()) {
			this.rejections = 0;
			this.time = now;
		}
		this.rejections++;
		if (this.rejections < ban.rejections()) {
			return false;
		}
		this.rejections = 0;
		this.time = now + ban.length().toMillis();
		return true;
	}

}
