package io.github.ratelimit.web;

import java.util.function.IntPredicate;

/**
 * What a request does not say of its client by itself.
 *
 * @param addresses finds the client's address
 * @param principals knows who is authenticated
 * @param maxBodySize bytes of the largest multipart body that is read to find a field
 * @param unlimitedPort whether requests that arrive at a local port are not limited, as
 * at a management port
 */
public record Callers(ClientAddress addresses, RequestPrincipals principals, long maxBodySize,
		IntPredicate unlimitedPort) {
}
