package io.github.ratelimitsample.production;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;

import io.github.ratelimitsample.Compose;

/**
 * The nginx in front of the instances. Its answers say in {@code X-Instance} whose they
 * are.
 *
 * @param calls where it answers callers
 */
record LoadBalancer(Http calls) {

	/** What it would else write where only administrators may. */
	private static final String OF_ITS_OWN = "access_log off; client_body_temp_path body; proxy_temp_path proxy;"
			+ " fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;";

	WatchedProcess start(Path folder, List<Instance> instances) throws IOException {
		String configuration = Files.readString(Compose.PROJECT.resolve("sample-app/docker/nginx.conf"))
			.replace("http {", "http { " + OF_ITS_OWN)
			.replace("listen 80;", "listen " + this.calls.address() + "; add_header X-Instance $upstream_addr always;");
		for (int i = 0; i < instances.size(); i++) {
			configuration = configuration.replace("app-" + (i + 1) + ":8080", instances.get(i).calls().address());
		}
		Path file = Files.writeString(folder.resolve("nginx.conf"), configuration);
		return WatchedProcess.start(folder.resolve("nginx.log"), Map.of(), List.of(WatchedProcess.program("nginx"),
				"-p", folder.toString(), "-c", file.toString(), "-e", "stderr", "-g", "daemon off; pid nginx.pid;"));
	}

	/** By a path without a policy. */
	void awaitReady(Collection<WatchedProcess> programs) {
		this.calls.awaitReady(programs, "/");
	}

}
