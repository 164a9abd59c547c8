package io.github.ratelimit.web;

/**
 * What a request does not say of its caller by itself.
 *
 * @param addresses finds the client's address
 * @param principals knows who is authenticated
 */
public record Callers(ClientAddress addresses, RequestPrincipals principals) {
}
