package io.github.ratelimitbenchmarks.http;

import java.util.List;

/**
 * What an application is built on.
 *
 * @param name what it is called
 * @param application the application
 * @param properties what it is configured with
 */
record Stack(String name, Class<?> application, List<String> properties) {

	private static final Stack SERVLET = new Stack("servlet", ServletApplication.class,
			List.of("spring.main.web-application-type=servlet"));

	private static final Stack SERVLET_VIRTUAL = new Stack("servlet-virtual", ServletApplication.class,
			List.of("spring.main.web-application-type=servlet", "spring.threads.virtual.enabled=true"));

	private static final Stack REACTIVE = new Stack("webflux", ReactiveApplication.class,
			List.of("spring.main.web-application-type=reactive"));

	/** Those that this JDK has. */
	static List<Stack> all() {
		return (Runtime.version().feature() < 21) ? List.of(SERVLET, REACTIVE)
				: List.of(SERVLET, SERVLET_VIRTUAL, REACTIVE);
	}

}
