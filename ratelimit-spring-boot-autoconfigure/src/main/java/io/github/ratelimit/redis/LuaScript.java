package io.github.ratelimit.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.codec.Base16;

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

	<T> CompletionStage<T> call(RedisClusterAsyncCommands<byte[], byte[]> commands, byte[][] keys, byte[][] arguments) {
		return commands.<T>evalsha(this.digest, this.output, keys, arguments)
			.exceptionallyCompose((failure) -> (cause(failure) instanceof RedisNoScriptException)
					? commands.eval(this.source, this.output, keys, arguments)
					: CompletableFuture.failedStage(failure));
	}

	static Throwable cause(Throwable failure) {
		return (failure instanceof CompletionException && failure.getCause() != null) ? failure.getCause() : failure;
	}

}
