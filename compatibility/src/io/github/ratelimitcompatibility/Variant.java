package io.github.ratelimitcompatibility;

import java.util.List;
import java.util.stream.Stream;

/**
 * A way in which applications differ: what they have besides the starter, and what they
 * leave out.
 *
 * @param title what it is, for people
 * @param dependencies what is added to the starter
 * @param without what is excluded from all dependencies
 * @param absent names of jars that then are not on the class path
 * @param arguments what the application is started with
 * @param expected what it does
 */
record Variant(String title, List<String> dependencies, List<String> without, List<String> absent,
		List<String> arguments, Expected expected) {

	/** What the start says when Redis is reached by another client. */
	static final List<String> REFUSAL = List.of("APPLICATION FAILED TO START", "Property: ratelimit.store.type",
			"Value:    \"JedisConnectionFactory\"", "Expected: connections by Lettuce", "io.lettuce:lettuce-core",
			"spring.data.redis.client-type=lettuce", "ratelimit.store.type=memory");

	private static final String BOOT = "org.springframework.boot:spring-boot-";

	private static final String MVC = BOOT + "starter-webmvc";

	private static final String WEBFLUX = BOOT + "starter-webflux";

	private static final String SECURITY = BOOT + "starter-security";

	private static final String LETTUCE = "io.lettuce:lettuce-core";

	private static final String JEDIS = "redis.clients:jedis";

	private static final List<String> JACKSON = List.of(BOOT + "starter-jackson", BOOT + "jackson",
			"tools.jackson.core:*", "com.fasterxml.jackson.core:*");

	static List<Variant> all() {
		Variant mvc = new Variant("Spring MVC on Tomcat", List.of(MVC));
		Variant webflux = new Variant("WebFlux on Netty", List.of(WEBFLUX));
		Variant jetty = new Variant("Spring MVC on Jetty", List.of(MVC, BOOT + "starter-jetty"))
			.without("tomcat-embed-core", BOOT + "starter-tomcat", BOOT + "starter-tomcat-runtime");
		return List.of(mvc, jetty, webflux, mvc.onVirtualThreads(), jetty.onVirtualThreads(),
				mvc.with("Spring Security", SECURITY), webflux.with("Spring Security", SECURITY), withoutJackson(mvc),
				withoutJackson(webflux), mvc.with("no Actuator").without("actuator", BOOT + "starter-actuator"),
				mvc.with("no Redis: limits in memory")
					.without("data-redis", BOOT + "starter-data-redis")
					.expecting(Expected.MEMORY),
				mvc.with("Jedis beside Lettuce", JEDIS)
					.expecting(Expected.REFUSAL, "--spring.data.redis.client-type=jedis"),
				mvc.with("Jedis instead of Lettuce", JEDIS)
					.without("lettuce-core", LETTUCE)
					.expecting(Expected.REFUSAL));
	}

	private Variant(String title, List<String> dependencies) {
		this(title, dependencies, List.of(), List.of(), List.of(), Expected.REDIS);
	}

	private static Variant withoutJackson(Variant variant) {
		return variant.with("no Jackson").without("jackson-core", JACKSON.toArray(String[]::new));
	}

	private Variant with(String what, String... more) {
		return new Variant(this.title + ", " + what, joined(this.dependencies, more), this.without, this.absent,
				this.arguments, this.expected);
	}

	private Variant without(String jar, String... excluded) {
		return new Variant(this.title, this.dependencies, joined(this.without, excluded), joined(this.absent, jar),
				this.arguments, this.expected);
	}

	private Variant expecting(Expected outcome, String... more) {
		return new Variant(this.title, this.dependencies, this.without, this.absent, joined(this.arguments, more),
				outcome);
	}

	private Variant onVirtualThreads() {
		return with("virtual threads").expecting(Expected.VIRTUAL_THREADS, "--spring.threads.virtual.enabled=true");
	}

	private static List<String> joined(List<String> some, String... more) {
		return Stream.concat(some.stream(), Stream.of(more)).toList();
	}

	/** The name of its project, which has the same class path on all JDKs. */
	String project() {
		return this.title.replaceAll("[^A-Za-z]+", "-").toLowerCase();
	}

	boolean hasJackson() {
		return !this.without.containsAll(JACKSON);
	}

	/** What is seen of an application. */
	enum Expected {

		/** Its limits are in Redis. */
		REDIS,

		/** So they are, its requests run on virtual threads, and none is pinned. */
		VIRTUAL_THREADS,

		/** Its limits are in memory, and it says so. */
		MEMORY,

		/** It does not start, and says what to do. */
		REFUSAL

	}

}
