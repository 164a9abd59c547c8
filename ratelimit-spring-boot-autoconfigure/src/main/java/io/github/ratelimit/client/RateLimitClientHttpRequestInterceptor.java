package io.github.ratelimit.client;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.github.ratelimit.Charge;
import io.github.ratelimit.Decision;
import io.github.ratelimit.RateLimitExceededException;

import org.springframework.http.HttpRequest;
import org.springframework.http.client.ClientHttpRequestExecution;
import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.http.client.ClientHttpResponse;

/**
 * Charges calls by {@code RestClient} and {@code RestTemplate} before they are sent.
 * Those that have to wait hold their thread. A call that is rejected and may not wait, or
 * not long enough, fails with a {@link RateLimitExceededException}; so does one that is
 * interrupted while it waits, with the interruption as cause. It fails with a
 * {@link io.github.ratelimit.RateLimitStoreException} if the store cannot decide.
 */
public final class RateLimitClientHttpRequestInterceptor implements ClientHttpRequestInterceptor {

	private final OutboundRateLimit limit;

	/**
	 * Creates an interceptor.
	 * @param limit what a call must pay
	 */
	public RateLimitClientHttpRequestInterceptor(OutboundRateLimit limit) {
		this.limit = limit;
	}

	@Override
	public ClientHttpResponse intercept(HttpRequest request, byte[] body, ClientHttpRequestExecution execution)
			throws IOException {
		acquire(this.limit.charges(request.getURI()));
		return execution.execute(request, body);
	}

	private void acquire(List<Charge> charges) {
		Decision decision = this.limit.rateLimiter().tryAcquire(charges);
		Duration waited = Duration.ZERO;
		long start = System.nanoTime();
		while (!decision.allowed()) {
			sleep(this.limit.pause(decision, waited), decision);
			decision = this.limit.rateLimiter().tryAcquire(charges);
			waited = Duration.ofNanos(System.nanoTime() - start);
		}
	}

	private static void sleep(Duration pause, Decision rejected) {
		try {
			TimeUnit.NANOSECONDS.sleep(pause.toNanos());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new RateLimitExceededException(rejected, ex);
		}
	}

}
