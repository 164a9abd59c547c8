package io.github.ratelimit.redis;

import java.util.concurrent.CompletableFuture;

/**
 * Which link leads to which key.
 */
interface RedisLinks {

	/**
	 * The link to the server that keeps a key.
	 * @param key the key in Redis
	 * @return the link, open or not
	 */
	CompletableFuture<RedisLink> to(byte[] key);

	/** Looks for the servers again, since one does not answer. */
	void refresh();

}
