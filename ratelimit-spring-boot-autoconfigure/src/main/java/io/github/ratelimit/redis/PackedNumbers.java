package io.github.ratelimit.redis;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Numbers as MessagePack, one after the other, which scripts unpack.
 */
final class PackedNumbers {

	private static final int UINT_8 = 0xcc;

	private static final int UINT_16 = 0xcd;

	private static final int UINT_32 = 0xce;

	private static final int UINT_64 = 0xcf;

	private static final int INT_64 = 0xd3;

	/** Up to 15 elements, whose number is in the lower bits. */
	private static final int ARRAY = 0x90;

	private static final int ARRAY_16 = 0xdc;

	private static final int ARRAY_32 = 0xdd;

	private static final int NUMBER = 1 + Long.BYTES;

	private byte[] bytes;

	private int length;

	/**
	 * Begins with nothing.
	 * @param capacity how many bytes it is expected to need
	 */
	PackedNumbers(int capacity) {
		this.bytes = new byte[capacity];
	}

	/**
	 * Adds a number.
	 * @param number -32 or more
	 */
	PackedNumbers add(long number) {
		if (this.length + NUMBER > this.bytes.length) {
			this.bytes = Arrays.copyOf(this.bytes, 2 * this.bytes.length + NUMBER);
		}
		if (number <= Byte.MAX_VALUE) {
			this.bytes[this.length++] = (byte) number;
		}
		else {
			ByteBuffer.wrap(this.bytes, this.length, NUMBER).put((byte) UINT_64).putLong(number);
			this.length += NUMBER;
		}
		return this;
	}

	byte[] toBytes() {
		return Arrays.copyOf(this.bytes, this.length);
	}

	/**
	 * Reads an array of whole numbers, in any of the formats that scripts pack them in.
	 * @throws IllegalArgumentException if it is something else
	 */
	static long[] readArray(ByteBuffer packed) {
		try {
			long[] numbers = new long[size(packed)];
			for (int i = 0; i < numbers.length; i++) {
				numbers[i] = read(packed);
			}
			return numbers;
		}
		catch (BufferUnderflowException ex) {
			throw new IllegalArgumentException("Too short", ex);
		}
	}

	/** A number takes a byte at least: no header makes an array of any size. */
	private static int size(ByteBuffer packed) {
		int header = Byte.toUnsignedInt(packed.get());
		int size = switch (header) {
			case ARRAY_16 -> Short.toUnsignedInt(packed.getShort());
			case ARRAY_32 -> packed.getInt();
			default -> size(header);
		};
		if (size < 0 || size > packed.remaining()) {
			throw new IllegalArgumentException("Too short for " + Integer.toUnsignedString(size) + " numbers");
		}
		return size;
	}

	private static int size(int header) {
		if ((header & 0xf0) != ARRAY) {
			throw new IllegalArgumentException("Not an array: 0x" + Integer.toHexString(header));
		}
		return header & 0x0f;
	}

	private static long read(ByteBuffer packed) {
		byte first = packed.get();
		return switch (Byte.toUnsignedInt(first)) {
			case UINT_8 -> Byte.toUnsignedInt(packed.get());
			case UINT_16 -> Short.toUnsignedInt(packed.getShort());
			case UINT_32 -> Integer.toUnsignedLong(packed.getInt());
			case UINT_64, INT_64 -> packed.getLong();
			default -> {
				if (first < -32) {
					throw new IllegalArgumentException("Not a whole number: 0x" + Integer.toHexString(first & 0xff));
				}
				yield first;
			}
		};
	}

}
