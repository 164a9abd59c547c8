package io.github.ratelimit.redis;

import java.nio.ByteBuffer;

import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.CommandOutput;
import org.jspecify.annotations.Nullable;

/**
 * The reply of a script that returns packed numbers, or nothing.
 */
final class NumbersOutput extends CommandOutput<byte[], byte[], long[]> {

	private static final long[] NONE = {};

	NumbersOutput() {
		super(ByteArrayCodec.INSTANCE, NONE);
	}

	@Override
	public void set(@Nullable ByteBuffer bytes) {
		this.output = (bytes != null) ? PackedNumbers.readArray(bytes) : NONE;
	}

}
