package io.github.ratelimitcompatibility;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The class paths of all applications, resolved by one Maven run that also builds the
 * library, once, against the version of Spring Boot that its own build names. Each
 * application is a project that imports the dependency management of another version.
 */
final class ClassPaths {

	/** Native transports are optional, and not to be had for every version of Netty. */
	private static final List<String> NATIVE = List.of("io.netty:netty-codec-native-quic",
			"io.netty:netty-transport-native-epoll", "io.netty:netty-resolver-dns-native-macos");

	private static final String REDIS = "redis";

	private static final String ALL_PROJECTS = """
			<project xmlns="http://maven.apache.org/POM/4.0.0">
				<modelVersion>4.0.0</modelVersion>
				<groupId>io.github.ratelimitcompatibility</groupId>
				<artifactId>all</artifactId>
				<version>1</version>
				<packaging>pom</packaging>
				<modules>
					<module>../../../ratelimit-spring-boot-autoconfigure</module>
					<module>../../../ratelimit-spring-boot-starter</module>
			%s
				</modules>
			</project>
			""";

	private static final String PROJECT = """
			<project xmlns="http://maven.apache.org/POM/4.0.0">
				<modelVersion>4.0.0</modelVersion>
				<groupId>io.github.ratelimitcompatibility</groupId>
				<artifactId>%1$s</artifactId>
				<version>1</version>
				<packaging>pom</packaging>
				<dependencyManagement>
					<dependencies>
						<dependency>
							<groupId>org.springframework.boot</groupId>
							<artifactId>spring-boot-dependencies</artifactId>
							<version>%2$s</version>
							<type>pom</type>
							<scope>import</scope>
						</dependency>
					</dependencies>
				</dependencyManagement>
				<dependencies>
			%3$s
				</dependencies>
				<build>
					<plugins>
						<plugin>
							<groupId>org.apache.maven.plugins</groupId>
							<artifactId>maven-dependency-plugin</artifactId>
							<version>%4$s</version>
							<executions>
								<execution>
									<phase>package</phase>
									<goals>
										<goal>build-classpath</goal>
									</goals>
									<configuration>
										<includeScope>runtime</includeScope>
										<outputFile>class-path</outputFile>
									</configuration>
								</execution>
							</executions>
						</plugin>
					</plugins>
				</build>
			</project>
			""";

	private static final String DEPENDENCY = """
					<dependency>
						<groupId>%s</groupId>
						<artifactId>%s</artifactId>
						%s
						<exclusions>
			%s
						</exclusions>
					</dependency>
			""";

	private static final String EXCLUSION = """
							<exclusion>
								<groupId>%s</groupId>
								<artifactId>%s</artifactId>
							</exclusion>
			""";

	private final Path root;

	private final Path folder;

	private final Pom pom;

	private ClassPaths(Path root, Path folder) throws IOException {
		this.root = root;
		this.folder = folder;
		this.pom = new Pom(Files.readString(root.resolve("pom.xml")));
	}

	static ClassPaths resolve(Path root, List<String> versions, List<Variant> variants)
			throws IOException, InterruptedException {
		ClassPaths all = new ClassPaths(root, Files.createDirectories(root.resolve("compatibility/target/projects")));
		StringBuilder modules = new StringBuilder();
		modules.append(all.write(REDIS, all.libraryBoot(),
				dependency("org.signal:embedded-redis", all.pom.property("embedded-redis.version"), List.of("*:*"))));
		for (String version : versions) {
			for (Variant variant : variants) {
				modules.append(all.write(name(version, variant), version, all.dependencies(variant)));
			}
		}
		Path aggregate = all.folder.resolve("pom.xml");
		Files.writeString(aggregate, ALL_PROJECTS.formatted(modules.toString().stripTrailing()));
		run(root, "./mvnw", "-q", "-B", "-f", aggregate.toString(), "-Dmaven.test.skip", "package");
		return all;
	}

	/** The version of Spring Boot that the library is built against. */
	String libraryBoot() {
		return this.pom.property("spring-boot.version");
	}

	String embeddedRedis() throws IOException {
		return Files.readString(this.folder.resolve(REDIS).resolve("class-path")).strip();
	}

	String of(String version, Variant variant) throws IOException {
		String classPath = Files.readString(this.folder.resolve(name(version, variant)).resolve("class-path")).strip();
		for (String jar : variant.absent()) {
			if (Stream.of(classPath.split(File.pathSeparator)).anyMatch((path) -> jarName(path).contains(jar))) {
				throw new IllegalStateException(variant.title() + " has " + jar + " all the same: " + classPath);
			}
		}
		return classPath;
	}

	private static String jarName(String path) {
		return Path.of(path).getFileName().toString();
	}

	private String dependencies(Variant variant) {
		List<String> without = Stream.concat(variant.without().stream(), NATIVE.stream()).toList();
		return dependency("io.github.ratelimit:ratelimit-spring-boot-starter", this.pom.version(), without)
				+ variant.dependencies()
					.stream()
					.map((name) -> dependency(name, "", without))
					.collect(Collectors.joining());
	}

	private static String dependency(String name, String version, List<String> without) {
		String[] parts = name.split(":");
		return DEPENDENCY.formatted(parts[0], parts[1], version.isEmpty() ? "" : "<version>" + version + "</version>",
				without.stream()
					.map((other) -> EXCLUSION.formatted((Object[]) other.split(":")))
					.collect(Collectors.joining()));
	}

	private String write(String name, String version, String dependencies) throws IOException {
		Path project = Files.createDirectories(this.folder.resolve(name));
		Files.writeString(project.resolve("pom.xml"), PROJECT.formatted(name, version, dependencies,
				this.pom.property("maven-dependency-plugin.version")));
		return "\t\t<module>" + name + "</module>\n";
	}

	private static String name(String version, Variant variant) {
		return variant.project() + "-" + version;
	}

	private static void run(Path folder, String... command) throws IOException, InterruptedException {
		if (new ProcessBuilder(command).directory(folder.toFile()).inheritIO().start().waitFor() != 0) {
			throw new IllegalStateException("Maven cannot resolve the class paths");
		}
	}

	/** What the parent of all projects says. */
	private record Pom(String text) {

		String version() {
			return property("version");
		}

		/** The first of its name: what the project says of itself stands above all others. */
		String property(String name) {
			int from = this.text.indexOf("<" + name + ">") + name.length() + 2;
			return this.text.substring(from, this.text.indexOf("</" + name + ">", from));
		}

	}

}
