package io.github.ratelimit.documentation;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

/**
 * An application with a configuration of the documentation, and with beans that it shows.
 */
final class RunningPage implements AutoCloseable {

	private final HttpClient client = HttpClient.newHttpClient();

	private final ConfigurableApplicationContext context;

	private RunningPage(ConfigurableApplicationContext context) {
		this.context = context;
	}

	/** In memory, unless a property says otherwise. */
	static RunningPage start(WebApplicationType type, Snippet configuration, List<Class<?>> beans,
			String... properties) {
		return start(type, List.of(configuration), beans, properties);
	}

	/** The same with several configurations of a page. */
	static RunningPage start(WebApplicationType type, List<Snippet> configurations, List<Class<?>> beans,
			String... properties) {
		List<String> arguments = new ArrayList<>(
				List.of("--server.port=0", "--ratelimit.store.type=memory", "--shop.service-token=secret"));
		arguments.addAll(List.of(properties));
		return new RunningPage(new SpringApplicationBuilder(Application.class).web(type)
			.sources(beans.toArray(Class<?>[]::new))
			.initializers((context) -> configurations.forEach((it) -> it.addTo(context.getEnvironment())))
			.run(arguments.toArray(String[]::new)));
	}

	<T> T bean(Class<T> type) {
		return this.context.getBean(type);
	}

	HttpResponse<String> get(String path, String... headers) {
		return send(request(path, headers));
	}

	HttpResponse<String> post(String path, String form, String... headers) {
		return send(request(path, headers).header("Content-Type", "application/x-www-form-urlencoded")
			.POST(BodyPublishers.ofString(form)));
	}

	HttpResponse<String> send(HttpRequest.Builder request) {
		try {
			return this.client.send(request.build(), BodyHandlers.ofString());
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	HttpRequest.Builder request(String path, String... headers) {
		HttpRequest.Builder request = HttpRequest.newBuilder(address("http", path));
		return (headers.length > 0) ? request.headers(headers) : request;
	}

	URI address(String scheme, String path) {
		return URI.create(scheme + "://localhost:"
				+ this.context.getEnvironment().getRequiredProperty("local.server.port") + path);
	}

	@Override
	public void close() {
		this.context.close();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

}
