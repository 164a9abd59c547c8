package io.github.ratelimit.redis;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * An array of numbers, or of such arrays, as MessagePack, which scripts unpack into a
 * table.
 */
final class PackedArray {

	private static final byte ARRAY_32 = (byte) 0xdd;

	private static final byte UINT_64 = (byte) 0xcf;

	private static final int HEADER = 1 + Integer.BYTES;

	private static final int NUMBER = 1 + Long.BYTES;

	private byte[] bytes;

	private int length = HEADER;

	private int elements;

	/**
	 * Creates an empty array.
	 * @param capacity how many bytes it is expected to need
	 */
	PackedArray(int capacity) {
		this.bytes = new byte[HEADER + capacity];
	}

	/**
	 * Adds a number.
	 * @param number 0 or more
	 */
	PackedArray add(long number) {
		reserve(NUMBER);
		if (number <= Byte.MAX_VALUE) {
			this.bytes[this.length++] = (byte) number;
		}
		else {
			ByteBuffer.wrap(this.bytes, this.length, NUMBER).put(UINT_64).putLong(number);
			this.length += NUMBER;
		}
		this.elements++;
		return this;
	}

	/** Adds an array. */
	PackedArray add(byte[] packed) {
		reserve(packed.length);
		System.arraycopy(packed, 0, this.bytes, this.length, packed.length);
		this.length += packed.length;
		this.elements++;
		return this;
	}

	byte[] toBytes() {
		ByteBuffer.wrap(this.bytes).put(ARRAY_32).putInt(this.elements);
		return (this.length == this.bytes.length) ? this.bytes : Arrays.copyOf(this.bytes, this.length);
	}

	private void reserve(int more) {
		if (this.length + more > this.bytes.length) {
			this.bytes = Arrays.copyOf(this.bytes, Math.max(2 * this.bytes.length, this.length + more));
		}
	}

}
