package io.github.ratelimitcompatibility;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

import javax.tools.ToolProvider;

/**
 * Runs every application on every JDK with every version of Spring Boot, and writes what
 * came of it to the documentation.
 */
public final class Matrix {

	private static final String BOOT_VERSIONS = "4.0.0 4.0.9 4.1.2";

	private final Path folder = Files.createDirectories(Path.of("compatibility/target").toAbsolutePath());

	private final List<Jdk> jdks = new ArrayList<>();

	private final List<String> versions = words("BOOT_VERSIONS", BOOT_VERSIONS);

	private final List<Variant> variants;

	private volatile boolean faulty;

	private Matrix(String pattern) throws IOException {
		for (String home : words("JDKS", System.getProperty("java.home"))) {
			this.jdks.add(Jdk.at(Path.of(home)));
		}
		this.variants = Variant.all().stream().filter((variant) -> variant.title().contains(pattern)).toList();
	}

	/**
	 * Runs all of it.
	 * @param args a part of the titles of those that are to run: nothing is written then
	 */
	public static void main(String[] args) throws Exception {
		Matrix matrix = new Matrix((args.length > 0) ? args[0] : "");
		String page = matrix.run();
		if (args.length == 0) {
			Files.writeString(Path.of("docs/versions.md"), page);
		}
		System.exit(matrix.faulty ? 1 : 0);
	}

	private String run() throws Exception {
		ClassPaths classPaths = ClassPaths.resolve(Path.of("").toAbsolutePath(), this.versions, this.variants);
		Path classes = compile(classPaths.of(this.versions.get(0), this.variants.get(0)));
		Map<String, List<Future<String>>> rows = new LinkedHashMap<>();
		Page page = new Page(this.jdks, this.versions);
		Path server = Redis.program(this.folder, classPaths.embeddedRedis());
		ExecutorService threads = Executors.newFixedThreadPool(2 * Runtime.getRuntime().availableProcessors());
		for (Variant variant : this.variants) {
			List<Future<String>> cells = new ArrayList<>();
			for (String version : this.versions) {
				String classPath = classes + ":" + classPaths.of(version, variant);
				for (Jdk jdk : this.jdks) {
					cells.add(threads.submit(() -> cell(variant, version, jdk, classPath, server)));
				}
			}
			rows.put(variant.title(), cells);
		}
		for (Map.Entry<String, List<Future<String>>> row : rows.entrySet()) {
			page.row(row.getKey(), row.getValue());
		}
		threads.shutdown();
		try (Redis redis = Redis.start(server)) {
			return page.text(classPaths.libraryBoot(), redis.version());
		}
	}

	private String cell(Variant variant, String version, Jdk jdk, String classPath, Path server)
			throws InterruptedException {
		if (variant.expected() == Variant.Expected.VIRTUAL_THREADS && !jdk.hasVirtualThreads()) {
			return "–";
		}
		String name = variant.title() + ", Spring Boot " + version + ", JDK " + jdk.version();
		Path log = this.folder.resolve(variant.project() + "-" + version + "-" + jdk.version() + ".log");
		List<String> found;
		try (Redis redis = Redis.start(server)) {
			found = new Check(variant, jdk, redis, log).faults(classPath);
		}
		catch (IOException | RuntimeException ex) {
			found = List.of(ex.toString());
		}
		String met = (variant.expected() == Variant.Expected.REFUSAL) ? "refuses" : "yes";
		String result = found.isEmpty() ? met : "**no**";
		System.out.println(name + ": " + result);
		found.forEach((fault) -> System.out.println("    " + fault));
		this.faulty = this.faulty || !found.isEmpty();
		return result;
	}

	private Path compile(String classPath) throws IOException {
		Path classes = Files.createDirectories(this.folder.resolve("application"));
		Path source = Path.of("compatibility/application");
		Files.write(classes.resolve("application.yml"), Files.readAllBytes(source.resolve("application.yml")));
		int result = ToolProvider.getSystemJavaCompiler()
			.run(null, null, null, "--release", "17", "-parameters", "-d", classes.toString(), "-cp", classPath,
					source.resolve("Application.java").toString());
		if (result != 0) {
			throw new IllegalStateException("The application does not compile");
		}
		return classes;
	}

	private static List<String> words(String variable, String otherwise) {
		return Stream.of(System.getenv().getOrDefault(variable, otherwise).trim().split("\\s+")).toList();
	}

}
