package io.github.ratelimit;

import java.util.List;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import org.jspecify.annotations.NullMarked;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleNameStartingWith;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * The rooms, and the arrows between them: wiring may know all, all may know the core, the
 * web stacks know what they share. Each foreign library is known to one room; Caffeine to
 * three, as it bounds what would grow.
 */
@AnalyzeClasses(packages = "io.github.ratelimit", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTests {

	private static final String ROOT = "io.github.ratelimit";

	private static final String[] JDK = { "java..", "org.jspecify.." };

	@ArchTest
	static final ArchRule coreKnowsTheJdkOnly = room(ROOT);

	@ArchTest
	static final ArchRule memoryKnowsCaffeine = room(ROOT + ".memory", "com.github.benmanes.caffeine..");

	@ArchTest
	static final ArchRule redisKnowsSpringDataRedisAndLettuce = room(ROOT + ".redis",
			"org.springframework.data.redis..", "io.lettuce..", "io.netty.buffer");

	@ArchTest
	static final ArchRule resilienceLogsAndKnowsCaffeine = room(ROOT + ".resilience", "org.apache.commons.logging",
			"com.github.benmanes.caffeine..");

	@ArchTest
	static final ArchRule applicationsWithoutCaffeineHaveADeadlineAndPlans = noClasses().that()
		.resideInAnyPackage(ROOT + ".resilience", ROOT + ".web")
		.and()
		.haveSimpleNameNotStartingWith("Remember")
		.should()
		.dependOnClassesThat(resideInAPackage("com.github.benmanes.caffeine..").or(simpleNameStartingWith("Remember")));

	@ArchTest
	static final ArchRule leaseKnowsTheCore = room(ROOT + ".lease");

	@ArchTest
	static final ArchRule webKnowsSpringWebButNoStack = room(ROOT + ".web", "org.springframework.http",
			"org.springframework.http.server", "org.springframework.web.util.pattern", "org.springframework.util",
			"org.springframework.expression..", "org.springframework.context.expression",
			"org.springframework.beans.factory", "org.apache.commons.logging", "com.github.benmanes.caffeine.cache");

	@ArchTest
	static final ArchRule servletKnowsWebAndSpringMvc = room(ROOT + ".web.servlet", ROOT + ".web", "jakarta.servlet..",
			"org.springframework.core", "org.springframework.http..", "org.springframework.util",
			"org.springframework.web..");

	@ArchTest
	static final ArchRule reactiveKnowsWebAndWebFlux = room(ROOT + ".web.reactive", ROOT + ".web", "reactor..",
			"io.netty.channel", "org.springframework.core", "org.springframework.core.io.buffer",
			"org.springframework.http..", "org.springframework.util", "org.springframework.web.reactive..",
			"org.springframework.web.server", "org.springframework.web.cors.reactive",
			"org.springframework.web.method");

	@ArchTest
	static final ArchRule securityKnowsWebAndSpringSecurity = room(ROOT + ".web.security", ROOT + ".web",
			"org.springframework.security..", "org.springframework.beans.factory", "org.apache.commons.logging");

	@ArchTest
	static final ArchRule annotationKnowsAopAndReactorButNoWeb = room(ROOT + ".annotation", "org.aopalliance..",
			"org.springframework.aop..", "org.springframework.aot.hint..", "org.springframework.beans.factory",
			"org.springframework.context.expression", "org.springframework.core..", "org.springframework.expression..",
			"org.springframework.stereotype", "org.springframework.util..", "org.reactivestreams", "reactor.core..");

	@ArchTest
	static final ArchRule clientKnowsHttpClientsAndReactor = room(ROOT + ".client", "org.springframework.http..",
			"org.springframework.web.reactive.function.client", "reactor..");

	@ArchTest
	static final ArchRule applicationsWithoutWebClientLoadNothingOfIt = noClasses().that()
		.resideInAPackage(ROOT + ".client")
		.and()
		.haveSimpleNameNotStartingWith("RateLimitExchangeFilterFunction")
		.should()
		.dependOnClassesThat(resideInAnyPackage("org.springframework.web.reactive..", "reactor..")
			.or(simpleNameStartingWith("RateLimitExchangeFilterFunction")));

	@ArchTest
	static final ArchRule metricsKnowsMicrometer = room(ROOT + ".metrics", "io.micrometer.common..",
			"io.micrometer.core..", "io.micrometer.observation..");

	@ArchTest
	static final ArchRule actuateKnowsActuator = room(ROOT + ".actuate", "org.springframework.boot.actuate..",
			"org.springframework.boot.convert..", "org.springframework.boot.health..");

	@ArchTest
	static final ArchRule nobodyKnowsTheWiring = noClasses().that(not(resideInAPackage(ROOT + ".autoconfigure")))
		.should()
		.dependOnClassesThat()
		.resideInAPackage(ROOT + ".autoconfigure");

	@ArchTest
	static final ArchRule everyRoomIsListedHere = classes().should()
		.resideInAnyPackage(List
			.of("", ".memory", ".redis", ".resilience", ".lease", ".web", ".web.servlet", ".web.reactive",
					".web.security", ".annotation", ".client", ".metrics", ".actuate", ".autoconfigure")
			.stream()
			.map((room) -> ROOT + room)
			.toArray(String[]::new));

	@ArchTest
	static void everyRoomIsNullMarked(JavaClasses classes) {
		assertThat(classes.stream().map(JavaClass::getPackage).distinct())
			.allMatch((room) -> room.isAnnotatedWith(NullMarked.class));
	}

	@ArchTest
	static final ArchRule thereAreNoCycles = slices().matching(ROOT + ".(**)").should().beFreeOfCycles();

	private static ArchRule room(String room, String... known) {
		return classes().that()
			.resideInAPackage(room)
			.should()
			.onlyDependOnClassesThat(
					resideInAnyPackage(JDK).or(resideInAnyPackage(ROOT, room)).or(resideInAnyPackage(known)));
	}

}
