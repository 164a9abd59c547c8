package io.github.ratelimitbenchmarks.decisions;

import java.lang.management.ManagementFactory;
import java.util.function.LongSupplier;
import java.util.stream.LongStream;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;

import io.github.ratelimitbenchmarks.OwnRedis;

/**
 * Reads what this process and its Redis have used.
 */
final class Meter {

	private final OperatingSystemMXBean process = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

	private final ThreadMXBean threads = ManagementFactory.getPlatformMXBean(ThreadMXBean.class);

	private final LongSupplier allocated = allocated();

	private final OwnRedis redis;

	Meter(OwnRedis redis) {
		this.redis = redis;
	}

	Usage read() {
		return new Usage(this.process.getProcessCpuTime(), this.allocated.getAsLong(), this.redis.use());
	}

	/** JDK 21 and later know the sum; before, only that of threads that live. */
	private LongSupplier allocated() {
		try {
			var total = ThreadMXBean.class.getMethod("getTotalThreadAllocatedBytes");
			return () -> {
				try {
					return (long) total.invoke(this.threads);
				}
				catch (ReflectiveOperationException ex) {
					throw new IllegalStateException(ex);
				}
			};
		}
		catch (NoSuchMethodException ex) {
			return () -> LongStream.of(this.threads.getThreadAllocatedBytes(this.threads.getAllThreadIds())).sum();
		}
	}

}
