package io.github.ratelimit.redis;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests of {@link PackedNumbers}.
 */
class PackedNumbersTests {

	@ParameterizedTest
	@ValueSource(
			strings = { "", "93 01 02", "dc 00", "dd 7f ff ff ff 01", "dd ff ff ff ff 01", "91 cf 00", "91 c0", "c3" })
	void whatIsNoArrayOfNumbersIsRefused(String hexadecimal) {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> PackedNumbers.readArray(ByteBuffer.wrap(bytes(hexadecimal))));
	}

	@Test
	void numbersOfAnyWidthAreRead() {
		assertThat(PackedNumbers
			.readArray(ByteBuffer.wrap(bytes("97 00 7f ff cc ff cd ff ff ce ff ff ff ff cf 00 1f ff ff ff ff ff ff"))))
			.containsExactly(0, 127, -1, 255, 65_535, 4_294_967_295L, 9_007_199_254_740_991L);
	}

	@Test
	void whateverAServerAnswersIsReadOrRefused() {
		Random random = new Random(1);
		byte[] headers = bytes("90 95 9f dc dd 00");
		for (int i = 0; i < 100_000; i++) {
			byte[] packed = new byte[1 + random.nextInt(20)];
			random.nextBytes(packed);
			packed[0] = headers[random.nextInt(headers.length)];
			assertReadOrRefused(packed);
		}
	}

	private static void assertReadOrRefused(byte[] packed) {
		try {
			assertThat(PackedNumbers.readArray(ByteBuffer.wrap(packed)).length).isLessThan(packed.length);
		}
		catch (IllegalArgumentException ex) {
			assertThat(ex).hasMessageMatching("Too short.*|Not .*");
		}
	}

	private static byte[] bytes(String hexadecimal) {
		return HexFormat.ofDelimiter(" ").parseHex(hexadecimal);
	}

}
