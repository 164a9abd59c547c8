package io.github.ratelimitcompatibility;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedStackTrace;
import jdk.jfr.consumer.RecordingFile;

import io.github.ratelimitcompatibility.Variant.Expected;

/**
 * Runs an application once and looks whether it does what it should.
 */
final class Check {

	private static final Pattern ERROR = Pattern.compile("\\bERROR\\b|^\\s+at [\\w.]+\\(", Pattern.MULTILINE);

	/** How many calls come at once. */
	static final int CALLS_AT_ONCE = 32;

	/** How often they do. */
	static final int ROUNDS_ON_VIRTUAL_THREADS = 20;

	private final Variant variant;

	private final Jdk jdk;

	private final Redis redis;

	private final Path log;

	private final Path recording;

	private final List<String> faults = new ArrayList<>();

	Check(Variant variant, Jdk jdk, Redis redis, Path log) {
		this.variant = variant;
		this.jdk = jdk;
		this.redis = redis;
		this.log = log;
		this.recording = Path.of(log + ".jfr");
	}

	/** What is wrong, or nothing. */
	List<String> faults(String classPath) throws IOException, InterruptedException {
		List<String> arguments = new ArrayList<>(this.variant.arguments());
		arguments.add("--spring.data.redis.port=" + this.redis.port());
		arguments.add("--spring.data.redis.host=127.0.0.1");
		boolean virtual = this.variant.expected() == Expected.VIRTUAL_THREADS;
		Instant called = null;
		try (RunningApplication application = new RunningApplication(this.jdk, classPath,
				virtual ? recordPinning() : List.of(), arguments, this.log)) {
			boolean started = application.starts();
			if (this.variant.expected() == Expected.REFUSAL) {
				expect(!started, "starts");
				String said = application.log();
				Variant.REFUSAL.forEach((part) -> expect(said.contains(part), "does not say: " + part));
				return this.faults;
			}
			if (!started) {
				return List.of("does not start");
			}
			checkLimits(application);
			checkStore(application);
			called = Instant.now();
			callAtOnce(application, virtual ? ROUNDS_ON_VIRTUAL_THREADS : 1);
		}
		String said = Files.readString(this.log);
		expect(!ERROR.matcher(said).find(), "logs an error");
		if (virtual) {
			checkPinning(called);
		}
		return this.faults;
	}

	private void checkLimits(RunningApplication application) throws IOException, InterruptedException {
		for (int call = 1; call <= 3; call++) {
			HttpResponse<String> allowed = application.call("/hello");
			expect(allowed.statusCode() == 200, "call " + call + " gets " + allowed.statusCode());
			expect(field(allowed, "RateLimit").startsWith("\"hello\";r=" + (3 - call) + ";t="),
					"call " + call + " has RateLimit: " + field(allowed, "RateLimit"));
			expect(this.variant.expected() != Expected.VIRTUAL_THREADS || allowed.body().startsWith("VirtualThread["),
					"call " + call + " runs on " + allowed.body());
		}
		checkRejected(application.call("/hello"), "hello");
		for (int call = 1; call <= 2; call++) {
			expect(application.call("/bean").statusCode() == 200, "the bean rejects call " + call);
		}
		checkRejected(application.call("/bean"), "greetings-greet");
	}

	private void checkRejected(HttpResponse<String> rejected, String policy) {
		expect(rejected.statusCode() == 429, policy + " rejects with " + rejected.statusCode());
		expect(field(rejected, "Retry-After").matches("[1-6]\\d?"),
				policy + " has Retry-After: " + field(rejected, "Retry-After"));
		String type = field(rejected, "Content-Type");
		if (this.variant.hasJackson()) {
			expect(type.equals("application/problem+json"), policy + " has Content-Type: " + type);
			expect(rejected.body().contains("\"violated-policies\":[\"" + policy + "\"]")
					&& rejected.body().contains("\"status\":429"), policy + " says: " + rejected.body());
		}
		else {
			expect(rejected.body().isEmpty(), policy + " says without Jackson: " + rejected.body());
		}
		if (policy.equals("hello")) {
			expect(field(rejected, "RateLimit-Policy").equals("\"hello\";q=3;w=60"), "no RateLimit-Policy");
			expect(field(rejected, "RateLimit").startsWith("\"hello\";r=0;t="), "no RateLimit");
		}
	}

	private void checkStore(RunningApplication application) throws IOException {
		String keys = this.redis.keys();
		boolean inMemory = this.variant.expected() == Expected.MEMORY;
		for (String policy : List.of("hello", "greetings-greet")) {
			expect(keys.contains(":" + policy + ":") != inMemory, "Redis has these keys: " + keys);
		}
		expect(application.log().contains("Rate limits are kept in memory, so each instance") == inMemory,
				inMemory ? "does not say that limits are in memory" : "says that limits are in memory");
	}

	private void callAtOnce(RunningApplication application, int rounds) {
		for (int round = 0; round < rounds; round++) {
			for (HttpResponse<String> answer : application.callAtOnce("/busy", CALLS_AT_ONCE)) {
				expect(answer.statusCode() == 200, "one of many calls gets " + answer.statusCode());
			}
		}
	}

	/** Classes are loaded, which pins, before many call at once. */
	private void checkPinning(Instant called) throws IOException {
		try (RecordingFile events = new RecordingFile(this.recording)) {
			while (events.hasMoreEvents()) {
				RecordedEvent event = events.readEvent();
				expect(event.getStartTime().isBefore(called) || !isOurs(event.getStackTrace()),
						"pins a virtual thread: " + event);
			}
		}
	}

	private static boolean isOurs(RecordedStackTrace trace) {
		return trace.getFrames()
			.stream()
			.anyMatch((frame) -> frame.getMethod().getType().getName().startsWith("io.github.ratelimit."));
	}

	private List<String> recordPinning() {
		String pinned = ",+jdk.VirtualThreadPinned#";
		return List.of("-XX:FlightRecorderOptions:stackdepth=256",
				"-XX:StartFlightRecording:settings=none,dumponexit=true,filename=" + this.recording + pinned
						+ "enabled=true" + pinned + "threshold=0ms" + pinned + "stackTrace=true");
	}

	private static String field(HttpResponse<String> answer, String name) {
		return answer.headers().firstValue(name).orElse("");
	}

	private void expect(boolean met, String otherwise) {
		if (!met && !this.faults.contains(otherwise)) {
			this.faults.add(otherwise);
		}
	}

}
