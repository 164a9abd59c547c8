package io.github.ratelimit.web.reactive;

import reactor.core.publisher.Mono;

import io.github.ratelimit.web.RateLimitFields;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.ServerHttpResponse;

/**
 * What is known of the fields of a response only when it is sent.
 */
final class ResponseFields {

	private ResponseFields() {
	}

	/**
	 * Takes the fields off a redirect, and lets scripts read them that the application
	 * has let read the response.
	 */
	static void finish(RateLimitFields fields, ServerHttpResponse response) {
		response.beforeCommit(() -> Mono.fromRunnable(() -> {
			HttpHeaders headers = response.getHeaders();
			HttpStatusCode status = response.getStatusCode();
			if (status != null && status.is3xxRedirection() && !HttpStatus.NOT_MODIFIED.isSameCodeAs(status)) {
				fields.names().forEach(headers::remove);
			}
			String exposed = fields.exposed(headers::containsHeader);
			if (exposed != null && !headers.getOrEmpty(HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS).contains(exposed)) {
				headers.add(HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS, exposed);
			}
		}));
	}

}
