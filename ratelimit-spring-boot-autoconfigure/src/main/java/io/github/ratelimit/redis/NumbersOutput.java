package io.github.ratelimit.redis;

import java.nio.ByteBuffer;
import java.util.Arrays;

import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.CommandOutput;
import org.jspecify.annotations.Nullable;

/**
 * The reply of a script that returns numbers or nothing, without a box for each number.
 */
final class NumbersOutput extends CommandOutput<byte[], byte[], long[]> {

	private long[] numbers = {};

	private int size;

	NumbersOutput() {
		super(ByteArrayCodec.INSTANCE, new long[0]);
	}

	@Override
	public void multi(int count) {
		this.numbers = new long[Math.max(count, 0)];
	}

	@Override
	public void set(long integer) {
		if (this.size == this.numbers.length) {
			this.numbers = Arrays.copyOf(this.numbers, this.size + 1);
		}
		this.numbers[this.size++] = integer;
	}

	/** Scripts that return nothing. */
	@Override
	public void set(@Nullable ByteBuffer bytes) {
		if (bytes != null) {
			super.set(bytes);
		}
	}

	@Override
	public long[] get() {
		return this.numbers;
	}

}
