package io.github.ratelimitbenchmarks;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * What a Redis server has done since it started.
 *
 * @param cpuMicros time its threads were running, in the system too
 * @param scripts calls of scripts
 * @param commands commands carried out, with those that scripts call
 */
public record RedisUse(double cpuMicros, long scripts, long commands) {

	/** What a process without Redis uses of it. */
	public static final RedisUse NONE = new RedisUse(0, 0, 0);

	static RedisUse of(String info) {
		Properties fields = fields(info);
		long scripts = Stream.of("eval", "evalsha", "fcall")
			.map((command) -> fields.getProperty("cmdstat_" + command, "calls=0,"))
			.mapToLong((statistics) -> Long.parseLong(statistics.substring(6, statistics.indexOf(','))))
			.sum();
		double cpuSeconds = Double.parseDouble(fields.getProperty("used_cpu_user"))
				+ Double.parseDouble(fields.getProperty("used_cpu_sys"));
		return new RedisUse(cpuSeconds * 1e6, scripts, Long.parseLong(fields.getProperty("total_commands_processed")));
	}

	static Properties fields(String info) {
		Properties fields = new Properties();
		try {
			fields.load(new StringReader(info));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return fields;
	}

	/**
	 * What it has done since an earlier look at it.
	 * @param earlier the earlier look
	 * @return the difference
	 */
	public RedisUse since(RedisUse earlier) {
		return new RedisUse(this.cpuMicros - earlier.cpuMicros, this.scripts - earlier.scripts,
				this.commands - earlier.commands);
	}

}
