package io.github.ratelimit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The API is what docs/api.md lists; nothing else is public that need not be.
 */
@AnalyzeClasses(packages = "io.github.ratelimit", importOptions = ImportOption.DoNotIncludeTests.class)
class ApiTests {

	/** Its page shows callers the keys that they are counted by. */
	private static final String NEEDED_BY_SAMPLE = "io.github.ratelimit.web.servlet.ServletRateLimitRequest";

	@ArchTest
	static void typesOfTheApiAreThere(JavaClasses classes) {
		List<String> names = publicTypes(classes).map(JavaClass::getFullName).toList();
		assertThat(listed()).filteredOn((name) -> isType(name)).isSubsetOf(names).doesNotHaveDuplicates();
	}

	@ArchTest
	static void theApiShowsNothingElse(JavaClasses classes) {
		assertThat(publicTypes(classes).filter(ApiTests::isApi).flatMap(ApiTests::shown).collect(Collectors.toSet()))
			.filteredOn((type) -> type.getPackageName().startsWith("io.github.ratelimit"))
			.filteredOn(Predicate.not(ApiTests::isApi))
			.isEmpty();
	}

	@ArchTest
	static void otherPublicTypesAreNeededByOtherRooms(JavaClasses classes) {
		Set<JavaClass> shown = publicTypes(classes)
			.flatMap((type) -> shown(type).filter(Predicate.not(Predicate.isEqual(type))))
			.collect(Collectors.toSet());
		assertThat(publicTypes(classes).filter(Predicate.not(ApiTests::isApi)))
			.filteredOn((type) -> !type.getPackageName().endsWith(".autoconfigure"))
			.filteredOn((type) -> !type.getFullName().equals(NEEDED_BY_SAMPLE))
			.filteredOn((type) -> !shown.contains(type))
			.filteredOn(ApiTests::isNeededByItsRoomOnly)
			.isEmpty();
	}

	@ArchTest
	static void releasesAreComparedInTheApi(JavaClasses classes) {
		assertThat(matches("<include>(io\\.github\\.ratelimit[^<]*)</include>", read("pom.xml"))
			.map((include) -> include.group(1))).containsExactlyElementsOf(listed());
	}

	private static Stream<JavaClass> publicTypes(JavaClasses classes) {
		return classes.stream()
			.filter((type) -> type.isTopLevelClass() && type.getModifiers().contains(JavaModifier.PUBLIC));
	}

	/** The types that users meet who use one. */
	private static Stream<JavaClass> shown(JavaClass type) {
		Stream<JavaType> supertypes = Stream.concat(type.getSuperclass().stream(), type.getInterfaces().stream());
		Stream<JavaType> members = type.getMembers()
			.stream()
			.filter((member) -> member.getModifiers().contains(JavaModifier.PUBLIC)
					|| member.getModifiers().contains(JavaModifier.PROTECTED))
			.flatMap(ApiTests::types);
		return Stream.concat(supertypes, members)
			.flatMap((shown) -> shown.getAllInvolvedRawTypes().stream())
			.map(JavaClass::getBaseComponentType);
	}

	private static Stream<JavaType> types(JavaMember member) {
		return (member instanceof JavaCodeUnit method)
				? Stream.concat(Stream.of(method.getReturnType()), method.getParameterTypes().stream())
				: member.getAllInvolvedRawTypes().stream().map(JavaType.class::cast);
	}

	private static boolean isApi(JavaClass type) {
		JavaClass outermost = type;
		while (outermost.getEnclosingClass().isPresent()) {
			outermost = outermost.getEnclosingClass().get();
		}
		return Api.NAMES.contains(outermost.getFullName()) || Api.NAMES.contains(outermost.getPackageName());
	}

	private static boolean isNeededByItsRoomOnly(JavaClass type) {
		return type.getDirectDependenciesToSelf()
			.stream()
			.allMatch((use) -> use.getOriginClass().getPackageName().equals(type.getPackageName()));
	}

	private static boolean isType(String name) {
		return Character.isUpperCase(name.charAt(name.lastIndexOf('.') + 1));
	}

	/** The names of types, or of packages all of whose types are meant. */
	private static List<String> listed() {
		return matches("(?m)^\\| `(io[a-z.]+)` \\| (.*?) \\|", read("docs/api.md"))
			.flatMap((row) -> row.group(2).equals("all") ? Stream.of(row.group(1))
					: matches("`(\\w+)`", row.group(2)).map((type) -> row.group(1) + "." + type.group(1)))
			.toList();
	}

	private static Stream<MatchResult> matches(String pattern, String text) {
		return Pattern.compile(pattern).matcher(text).results();
	}

	private static String read(String file) {
		try {
			return Files.readString(Path.of("..", file));
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** Read when tests run: they are found elsewhere. */
	private static final class Api {

		static final Set<String> NAMES = Set.copyOf(listed());

	}

}
