package io.github.ratelimit.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;

import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.codec.Base16;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import org.jspecify.annotations.Nullable;

/**
 * A script that the server is asked to run by its digest, and is given once if it does
 * not know it. It returns packed numbers, or nothing.
 *
 * @param source what is run
 * @param digest the SHA-1 of the source, in hexadecimal
 */
record LuaScript(byte[] source, byte[] digest) {

	/** Reads a script that lies beside this class. */
	static LuaScript of(String name) {
		try (InputStream script = LuaScript.class.getResourceAsStream(name)) {
			if (script == null) {
				throw new IllegalStateException(name + " is missing");
			}
			byte[] source = script.readAllBytes();
			return new LuaScript(source, Base16.digest(source).getBytes(StandardCharsets.US_ASCII));
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
	CompletableFuture<long[]> call(RedisLink link, byte[][] keys, byte[][] arguments) {
		CompletableFuture<long[]> reply = new CompletableFuture<>();
		RedisFuture<long[]> sent = link.send(CommandType.EVALSHA, args(this.digest, keys, arguments));
		cancelWith(reply, sent);
		sent.whenComplete((value, failure) -> {
			if (failure instanceof RedisNoScriptException && !reply.isDone()) {
				RedisFuture<long[]> again = link.send(CommandType.EVAL, args(this.source, keys, arguments));
				cancelWith(reply, again);
				again.whenComplete((second, other) -> complete(reply, second, other));
			}
			else {
				complete(reply, value, failure);
			}
		});
		return reply;
	}

	private static CommandArgs<byte[], byte[]> args(byte[] script, byte[][] keys, byte[][] arguments) {
		CommandArgs<byte[], byte[]> args = OneTimeCommand.args().add(script).add(keys.length);
		for (byte[] key : keys) {
			args.addKey(key);
		}
		for (byte[] argument : arguments) {
			args.addValue(argument);
		}
		return args;
	}

	private static void complete(CompletableFuture<long[]> reply, long[] value, @Nullable Throwable failure) {
		if (failure != null) {
			reply.completeExceptionally(failure);
		}
		else {
			reply.complete(value);
		}
	}

	private static void cancelWith(CompletableFuture<?> reply, Future<?> sent) {
		reply.whenComplete((value, failure) -> {
			if (failure != null) {
				sent.cancel(false);
			}
		});
	}

}
