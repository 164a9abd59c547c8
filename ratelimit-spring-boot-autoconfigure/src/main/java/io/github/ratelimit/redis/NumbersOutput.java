package io.github.ratelimit.redis;

import java.nio.ByteBuffer;

import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.CommandOutput;
import org.jspecify.annotations.Nullable;

/**
 * The reply of a script that returns packed numbers, or nothing; other replies are not
 * looked at.
 */
final class NumbersOutput extends CommandOutput<byte[], byte[], long[]> {

	private static final long[] NONE = {};

	private boolean refused;

	NumbersOutput() {
		super(ByteArrayCodec.INSTANCE, NONE);
	}

	@Override
	public void set(@Nullable ByteBuffer bytes) {
		this.output = (bytes != null) ? PackedNumbers.readArray(bytes) : NONE;
	}

	@Override
	public void set(long integer) {
		this.output = NONE;
	}

	@Override
	public void setSingle(ByteBuffer status) {
		this.output = NONE;
	}

	@Override
	public void setError(ByteBuffer error) {
		this.refused = true;
		super.setError(error);
	}

	/** Whether a server has answered with an error since this was asked last. */
	boolean refused() {
		boolean last = this.refused;
		this.refused = false;
		return last;
	}

}
