package io.github.ratelimitsample.development;

import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import io.github.ratelimitsample.Shop;
import org.apache.commons.logging.LogFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

class DevelopmentRedisTests {

	private final int port = Shop.freePort();

	@ParameterizedTest
	@ValueSource(strings = { "SPRING_DATA_REDIS_HOST", "SPRING_DATA_REDIS_PORT", "SPRING_DATA_REDIS_URL",
			"SPRING_DATA_REDIS_SENTINEL_NODES", "SPRING_DATA_REDIS_CLUSTER_NODES_0", "spring.data.redis.cluster.nodes",
			"spring.data.redis.sentinel.nodes[0]" })
	void redisThatIsConfiguredIsTaken(String property) {
		ConfigurableEnvironment environment = environment(Map.of(property, "elsewhere"));
		choose(environment);
		assertThat(environment.getPropertySources().contains("developmentRedis")).isFalse();
		assertThat(new LocalRedis(this.port).processId()).isEmpty();
	}

	@Test
	void withoutAnyItStartsOneThatTheNextInstanceJoins() {
		ConfigurableEnvironment first = environment(Map.of());
		choose(first);
		assertThat(first.getProperty("spring.data.redis.host")).isEqualTo("127.0.0.1");
		assertThat(first.getProperty("spring.data.redis.port", Integer.class)).isEqualTo(this.port);
		assertThat(childrenOfThisProcess()).contains(new LocalRedis(this.port).processId().getAsLong());

		ConfigurableEnvironment second = environment(Map.of("spring.data.redis.timeout", "1s"));
		List<Long> before = childrenOfThisProcess();
		choose(second);
		assertThat(second.getProperty("spring.data.redis.port", Integer.class)).isEqualTo(this.port);
		assertThat(childrenOfThisProcess()).isEqualTo(before);
	}

	@Test
	void ofInstancesThatStartAtOnceAllButOneJoin() throws Exception {
		Callable<String> instance = () -> new LocalRedis(this.port).joinOrStart();
		ExecutorService threads = Executors.newFixedThreadPool(4);
		try {
			List<String> taken = threads.invokeAll(List.of(instance, instance, instance, instance))
				.stream()
				.map(DevelopmentRedisTests::result)
				.toList();
			assertThat(taken).filteredOn((text) -> text.startsWith("started ")).hasSize(1);
			assertThat(taken).filteredOn((text) -> text.startsWith("joined ")).hasSize(3);
		}
		finally {
			threads.shutdownNow();
		}
	}

	@Test
	void serverEndsWithThePipeThatThisProcessHolds() throws Exception {
		try (RedisBinary binary = RedisBinary.find()) {
			Process server = new LocalRedis(this.port).run(binary);
			assertThat(server.isAlive()).isTrue();
			server.getOutputStream().close();
			assertThat(server.waitFor(10, TimeUnit.SECONDS)).isTrue();
		}
	}

	@Test
	void applicationCarriesAServerForThisMachine() throws Exception {
		RedisBinary binary = RedisBinary.embedded();
		Process version = new ProcessBuilder(binary.file().toString(), "--version").start();
		assertThat(new String(version.getInputStream().readAllBytes())).startsWith("Redis server v=7.0.15");
		binary.close();
		assertThat(Files.exists(binary.file())).isFalse();
	}

	private static String result(Future<String> future) {
		try {
			return future.get();
		}
		catch (InterruptedException | ExecutionException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** An environment with nothing but this, as variables and as properties. */
	private ConfigurableEnvironment environment(Map<String, Object> given) {
		ConfigurableEnvironment environment = new StandardEnvironment();
		MutablePropertySources sources = environment.getPropertySources();
		sources.remove(StandardEnvironment.SYSTEM_PROPERTIES_PROPERTY_SOURCE_NAME);
		sources.replace(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
				new SystemEnvironmentPropertySource(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
						given));
		sources.addLast(new MapPropertySource("given", given));
		sources.addLast(new MapPropertySource("port", Map.of("sample.redis.port", this.port)));
		ConfigurationPropertySources.attach(environment);
		return environment;
	}

	private static void choose(ConfigurableEnvironment environment) {
		new DevelopmentRedis((destination) -> LogFactory.getLog(DevelopmentRedis.class))
			.postProcessEnvironment(environment, new SpringApplication());
	}

	private static List<Long> childrenOfThisProcess() {
		return ProcessHandle.current().children().map(ProcessHandle::pid).sorted().toList();
	}

}
