package io.github.ratelimit.web;

import java.net.URI;

import org.springframework.http.HttpHeaders;

/**
 * What the application of the scenarios tells rejected callers.
 */
public final class ScenarioRejections implements RateLimitRejectionHandler {

	@Override
	public void handle(RateLimitRejection rejection) {
		String path = rejection.request().path().value();
		if (path.equals("/answer/changed")) {
			rejection.problem().setStatus(503);
			rejection.problem().setTitle("Come back, " + rejection.request().param("who"));
			rejection.problem().setProperty("remaining", rejection.decision().exhausted().get(0).remaining());
			rejection.headers().remove(HttpHeaders.RETRY_AFTER);
			rejection.headers().add("X-Plan", "free");
			rejection.headers().add("X-Plan", "trial");
		}
		if (path.equals("/answer/elsewhere")) {
			rejection.redirectTo(URI.create("/elsewhere"));
		}
	}

}
