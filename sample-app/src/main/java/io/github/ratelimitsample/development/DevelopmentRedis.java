package io.github.ratelimitsample.development;

import java.util.Collections;
import java.util.List;
import java.util.Map;

import org.apache.commons.logging.Log;

import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.logging.DeferredLogFactory;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/**
 * Gives the application a real Redis if {@code spring.data.redis} does not name one: the
 * server that answers on {@code sample.redis.port} of this machine, so that several
 * instances share it, else one that it starts there and that ends with the application.
 */
final class DevelopmentRedis implements EnvironmentPostProcessor, Ordered {

	private static final List<String> ADDRESSES = List.of("host", "port", "url", "sentinel", "cluster",
			"masterreplica");

	private final Log logger;

	DevelopmentRedis(DeferredLogFactory logs) {
		this.logger = logs.getLog(DevelopmentRedis.class);
	}

	/** After the configuration files have been read. */
	@Override
	public int getOrder() {
		return Ordered.LOWEST_PRECEDENCE;
	}

	@Override
	public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
		if (configured(environment)) {
			this.logger.info("Redis: the one that spring.data.redis names");
			return;
		}
		LocalRedis redis = new LocalRedis(environment.getProperty("sample.redis.port", Integer.class, 16379));
		this.logger.info("Redis: " + redis.joinOrStart());
		environment.getPropertySources()
			.addLast(new MapPropertySource("developmentRedis",
					Map.of("spring.data.redis.host", LocalRedis.HOST, "spring.data.redis.port", redis.port())));
	}

	private static boolean configured(ConfigurableEnvironment environment) {
		Map<String, Object> properties = Binder.get(environment)
			.bind("spring.data.redis", Bindable.mapOf(String.class, Object.class))
			.orElse(Map.of());
		return !Collections.disjoint(properties.keySet(), ADDRESSES);
	}

}
