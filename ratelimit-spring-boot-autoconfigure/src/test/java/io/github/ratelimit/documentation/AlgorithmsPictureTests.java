package io.github.ratelimit.documentation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

import org.junit.jupiter.api.Test;

import io.github.ratelimit.Algorithm;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The picture of the documentation is what the store decides; what is drawn now is left
 * in {@code target}.
 */
class AlgorithmsPictureTests {

	private static final Path SHOWN = Page.ROOT.resolve("docs/images/algorithms.svg");

	@Test
	void pictureShowsWhatTheStoreDecides() throws IOException {
		String drawn = AlgorithmsPicture.svg();
		Files.writeString(Path.of("target/algorithms.svg"), drawn);
		assertThat(SHOWN).hasContent(drawn);
	}

	@Test
	void pictureShowsWhatThePageSays() {
		assertThat(most(Algorithm.SLIDING_WINDOW)).isEqualTo(60);
		assertThat(most(Algorithm.FIXED_WINDOW)).isEqualTo(119);
		assertThat(most(Algorithm.TOKEN_BUCKET)).isBetween(115, 120);
	}

	private static int most(Algorithm algorithm) {
		return Arrays.stream(AlgorithmsPicture.allowedInLastWindow(algorithm)).max().orElseThrow();
	}

}
