package io.github.ratelimit.client;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.util.retry.Retry;

import io.github.ratelimit.Charge;
import io.github.ratelimit.Decision;
import io.github.ratelimit.AsyncResult;
import io.github.ratelimit.RateLimitExceededException;
import io.github.ratelimit.Reservation;

import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.ExchangeFilterFunction;
import org.springframework.web.reactive.function.client.ExchangeFunction;

/**
 * Charges calls by {@code WebClient} on subscription, before they are sent. Those that
 * have to wait hold no thread. A call that is rejected and may not wait, or not long
 * enough, fails with a {@link RateLimitExceededException}, or with a
 * {@link io.github.ratelimit.RateLimitStoreException} if the store cannot decide. A call
 * that is cancelled before it is sent has cost nothing.
 */
public final class RateLimitExchangeFilterFunction implements ExchangeFilterFunction {

	/**
	 * The thread that completes a decision belongs to the store, and what follows may do
	 * as it likes.
	 */
	private static final Executor REACTOR = (task) -> Schedulers.parallel().schedule(task);

	private final OutboundRateLimit limit;

	/**
	 * Creates a filter.
	 * @param limit what a call must pay
	 */
	public RateLimitExchangeFilterFunction(OutboundRateLimit limit) {
		this.limit = limit;
	}

	@Override
	public Mono<ClientResponse> filter(ClientRequest request, ExchangeFunction next) {
		return Mono.defer(() -> acquire(this.limit.charges(request.url())))
			.then(Mono.defer(() -> next.exchange(request)));
	}

	private Mono<Decision> acquire(List<Charge> charges) {
		return tryAcquire(charges).flatMap((decision) -> decision.allowed() ? Mono.just(decision)
				: await(charges, this.limit.pause(decision, Duration.ZERO), now()));
	}

	private Mono<Decision> await(List<Charge> charges, Duration pause, Duration start) {
		return Mono.delay(pause)
			.then(Mono.defer(() -> tryAcquire(charges))
				.doOnNext(Decision::orElseThrow)
				.retryWhen(Retry.from((failures) -> failures.concatMap((failure) -> pause(failure.failure(), start)))));
	}

	private Mono<Decision> tryAcquire(List<Charge> charges) {
		CompletableFuture<Reservation> reservation = this.limit.rateLimiter()
			.reserveAsync(charges)
			.toCompletableFuture();
		CompletableFuture<Reservation> awaited = AsyncResult.resume(reservation, () -> REACTOR);
		awaited.whenComplete((result, failure) -> {
			if (awaited.isCancelled()) {
				reservation.thenAccept(Reservation::cancel);
			}
		});
		return Mono.fromFuture(awaited).map(Reservation::decision);
	}

	private Mono<Long> pause(Throwable failure, Duration start) {
		return (failure instanceof RateLimitExceededException rejected)
				? Mono.delay(this.limit.pause(rejected.decision(), now().minus(start))) : Mono.error(failure);
	}

	private static Duration now() {
		return Duration.ofNanos(Schedulers.parallel().now(TimeUnit.NANOSECONDS));
	}

}
