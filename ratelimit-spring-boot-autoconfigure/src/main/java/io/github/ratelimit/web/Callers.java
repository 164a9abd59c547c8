package io.github.ratelimit.web;

/**
 * What a request does not say of its client by itself.
 *
 * @param addresses finds the client's address
 * @param principals knows who is authenticated
 * @param maxBodySize bytes of the largest multipart body that is read to find a field
 */
public record Callers(ClientAddress addresses, RequestPrincipals principals, long maxBodySize) {
}
