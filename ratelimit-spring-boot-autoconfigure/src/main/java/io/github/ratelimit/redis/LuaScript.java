package io.github.ratelimit.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;

import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.codec.Base16;
import org.jspecify.annotations.Nullable;

/**
 * A script that the server is asked to run by its digest, and is given once if it does
 * not know it.
 *
 * @param source what is run
 * @param digest the SHA-1 of the source
 * @param output how its reply is read
 */
record LuaScript(byte[] source, String digest, ScriptOutputType output) {

	/** Reads a script that lies beside this class. */
	static LuaScript of(String name, ScriptOutputType output) {
		try (InputStream script = LuaScript.class.getResourceAsStream(name)) {
			if (script == null) {
				throw new IllegalStateException(name + " is missing");
			}
			byte[] source = script.readAllBytes();
			return new LuaScript(source, Base16.digest(source), output);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Runs the script.
	 * @return the reply; who completes it otherwise takes the call back, unless it has
	 * been sent
	 */
	<T> CompletableFuture<T> call(RedisClusterAsyncCommands<byte[], byte[]> commands, byte[][] keys,
			byte[][] arguments) {
		CompletableFuture<T> reply = new CompletableFuture<>();
		RedisFuture<T> sent = commands.evalsha(this.digest, this.output, keys, arguments);
		cancelWith(reply, sent);
		sent.whenComplete((value, failure) -> {
			if (failure instanceof RedisNoScriptException && !reply.isDone()) {
				RedisFuture<T> again = commands.eval(this.source, this.output, keys, arguments);
				cancelWith(reply, again);
				again.whenComplete((second, other) -> complete(reply, second, other));
			}
			else {
				complete(reply, value, failure);
			}
		});
		return reply;
	}

	private static <T> void complete(CompletableFuture<T> reply, T value, @Nullable Throwable failure) {
		if (failure != null) {
			reply.completeExceptionally(failure);
		}
		else {
			reply.complete(value);
		}
	}

	static void cancelWith(CompletableFuture<?> reply, Future<?> sent) {
		reply.whenComplete((value, failure) -> {
			if (failure != null) {
				sent.cancel(false);
			}
		});
	}

}
