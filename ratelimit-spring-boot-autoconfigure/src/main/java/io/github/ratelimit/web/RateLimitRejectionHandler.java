package io.github.ratelimit.web;

/**
 * Changes what the callers of rejected requests are told. All beans of this type are
 * called in order, on the thread that answers the request: on WebFlux they must not
 * block. Applications that would rather answer all by themselves have an
 * {@code @ExceptionHandler} for {@link io.github.ratelimit.RateLimitExceededException},
 * which comes before these.
 */
@FunctionalInterface
public interface RateLimitRejectionHandler {

	/**
	 * Called once per rejected request, before it is answered.
	 * @param rejection the request, and the answer, which may be changed
	 */
	void handle(RateLimitRejection rejection);

}
