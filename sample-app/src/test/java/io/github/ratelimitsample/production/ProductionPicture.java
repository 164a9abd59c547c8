package io.github.ratelimitsample.production;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;

import io.github.ratelimitsample.Shop;

/**
 * What {@code docker-compose.yml} describes, run without containers: three instances, a
 * load balancer and a Prometheus, by the configuration files that are mounted there,
 * changed only in ports, addresses and intervals. What they print is left below
 * {@code target}.
 */
final class ProductionPicture implements AutoCloseable {

	private final Redis redis = new Redis(Shop.freePort());

	private final List<Instance> instances = Stream.generate(Instance::onFreePorts).limit(3).toList();

	private final LoadBalancer loadBalancer = new LoadBalancer(Http.onFreePort());

	private final Prometheus prometheus = new Prometheus(Http.onFreePort());

	private final Deque<WatchedProcess> running = new ArrayDeque<>();

	private ProductionPicture() {
	}

	/** Starts all of it, and waits until it is ready. */
	static ProductionPicture start() throws IOException {
		ProductionPicture picture = new ProductionPicture();
		try {
			picture.startIn(Files.createTempDirectory(Path.of("target").toAbsolutePath(), "production-picture-"));
			return picture;
		}
		catch (IOException | RuntimeException ex) {
			picture.close();
			throw ex;
		}
	}

	private void startIn(Path folder) throws IOException {
		for (Instance instance : this.instances) {
			this.running.push(instance.start(folder, this.redis));
		}
		for (Instance instance : this.instances) {
			instance.awaitReady(this.running);
		}
		this.running.push(this.loadBalancer.start(folder, this.instances));
		this.loadBalancer.awaitReady(this.running);
		this.running.push(this.prometheus.start(folder, this.instances));
		this.prometheus.awaitReady(this.running);
	}

	Redis redis() {
		return this.redis;
	}

	List<Instance> instances() {
		return this.instances;
	}

	LoadBalancer loadBalancer() {
		return this.loadBalancer;
	}

	Prometheus prometheus() {
		return this.prometheus;
	}

	@Override
	public void close() {
		this.running.forEach(WatchedProcess::close);
	}

}
