package io.github.ratelimit.web;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.boot.actuate.audit.AuditEvent;
import org.springframework.boot.actuate.audit.listener.AuditApplicationEvent;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * An application on Spring MVC or WebFlux, with the policies of {@code failure.yml} and a
 * Redis of the test's.
 */
final class RunningInstance implements AutoCloseable {

	private final HttpClient client = HttpClient.newHttpClient();

	private final List<AuditEvent> audit = new CopyOnWriteArrayList<>();

	private final ConfigurableApplicationContext context;

	RunningInstance(WebApplicationType type, int redisPort, String... properties) {
		List<String> arguments = new ArrayList<>(List.of(properties));
		arguments.addAll(List.of("--server.port=0", "--spring.config.location=classpath:failure.yml",
				"--spring.data.redis.port=" + redisPort));
		this.context = new SpringApplicationBuilder(Application.class).web(type)
			.listeners((AuditApplicationEvent event) -> this.audit.add(event.getAuditEvent()))
			.run(arguments.toArray(String[]::new));
	}

	HttpResponse<String> get(String path) throws Exception {
		return send("GET", path, "");
	}

	HttpResponse<String> send(String method, String path, String json) throws Exception {
		return send(request(path).header("Content-Type", "application/json")
			.method(method, HttpRequest.BodyPublishers.ofString(json)));
	}

	/** Asks as a proxy does, for a client. */
	HttpResponse<String> getFor(String client, String path) throws Exception {
		return send(request(path).header("X-Forwarded-For", client));
	}

	private HttpRequest.Builder request(String path) {
		String port = this.context.getEnvironment().getRequiredProperty("local.server.port");
		return HttpRequest.newBuilder(URI.create("http://localhost:" + port + path));
	}

	/**
	 * What Actuator answers has a connection of its own: Reactor Netty stops reading from
	 * one whose requests are answered on several threads.
	 */
	private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
		HttpRequest built = request.build();
		HttpClient sender = built.uri().getPath().startsWith("/actuator") ? HttpClient.newHttpClient() : this.client;
		return sender.send(built, HttpResponse.BodyHandlers.ofString());
	}

	/** What was told to the application's audit log. */
	List<AuditEvent> audit() {
		return List.copyOf(this.audit);
	}

	/** The statuses of some requests, one after the other. */
	String statuses(int times, String path) {
		return IntStream.range(0, times).mapToObj((i) -> status(path)).collect(Collectors.joining(" "));
	}

	private String status(String path) {
		try {
			return String.valueOf(get(path).statusCode());
		}
		catch (Exception ex) {
			return ex.toString();
		}
	}

	double decisions(String... tags) {
		return meters().find("ratelimit.decisions").tags(tags).counters().stream().mapToDouble(Counter::count).sum();
	}

	/** How often the store has been asked in vain. */
	long errors() {
		return meters().get("ratelimit.store").tags("outcome", "error").timer().count();
	}

	double circuit() {
		return meters().get("ratelimit.store.circuit").tags("store", "redis").gauge().value();
	}

	private MeterRegistry meters() {
		return this.context.getBean(MeterRegistry.class);
	}

	@Override
	public void close() {
		this.context.close();
	}

	@SpringBootConfiguration
	@EnableAutoConfiguration
	@Import(Handlers.class)
	static class Application {

	}

	@RestController
	static class Handlers {

		@GetMapping({ "/{path}", "/early/{path}" })
		String any() {
			return "done";
		}

	}

}
