package io.github.ratelimit.web.reactive;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import io.github.ratelimit.Charge;
import io.github.ratelimit.Decision;
import io.github.ratelimit.AsyncResult;
import io.github.ratelimit.RateLimiter;
import io.github.ratelimit.web.Callers;
import io.github.ratelimit.web.RateLimitFields;
import io.github.ratelimit.web.RateLimitResponse;
import io.github.ratelimit.web.RequestPolicies;
import io.github.ratelimit.web.Settlement;

import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;

/**
 * Charges requests on WebFlux, each of them once, without blocking.
 */
public final class ReactiveRateLimiter {

	/** The decision of an earlier stage. */
	private static final String DECISION = ReactiveRateLimiter.class.getName() + ".DECISION";

	private final RateLimiter rateLimiter;

	private final Supplier<RequestPolicies> policies;

	private final RateLimitFields fields;

	private final Callers callers;

	private final String charged;

	/**
	 * Creates a limiter of requests.
	 * @param rateLimiter decides
	 * @param policies say what a request must pay for its path, asked once for each
	 * @param fields tell the caller of its limits
	 * @param callers tell who the caller is
	 */
	public ReactiveRateLimiter(RateLimiter rateLimiter, Supplier<RequestPolicies> policies, RateLimitFields fields,
			Callers callers) {
		this.rateLimiter = rateLimiter;
		this.policies = policies;
		this.fields = fields;
		this.callers = callers;
		this.charged = ReactiveRateLimiter.class.getName() + "." + policies.get().stage();
	}

	/** Charges a request by its path. */
	Mono<Void> charge(ServerWebExchange exchange) {
		return charge(exchange, this.policies.get());
	}

	/**
	 * Charges a request on subscription, unless it was charged before or need not pay.
	 * @param exchange the request, and the response that is given the fields
	 * @param policies say what the request must pay
	 * @return completes if the request may pass, else with a
	 * {@link io.github.ratelimit.RateLimitExceededException}, or with a
	 * {@link io.github.ratelimit.RateLimitStoreException} if the store cannot decide
	 */
	Mono<Void> charge(ServerWebExchange exchange, RequestPolicies policies) {
		return Mono.defer(() -> {
			if (policies.policies().isEmpty() || exchange.getAttribute(this.charged) != null
					|| isUnlimited(exchange.getRequest().getLocalAddress())) {
				return Mono.empty();
			}
			boolean form = policies.form(exchange.getRequest().getMethod().name(),
					exchange.getRequest().getPath().pathWithinApplication());
			return ReactiveRateLimitRequest.of(exchange, this.callers, form)
				.flatMap((request) -> resume(policies.charges(request, this.rateLimiter::exempt), exchange))
				.filter((charges) -> !charges.isEmpty())
				.doOnNext((charges) -> exchange.getAttributes().put(this.charged, true))
				.<Mono<Decision>>handle((charges, sink) -> sink.next(decide(charges, exchange, policies)))
				.flatMap(Function.identity())
				.map((decision) -> decision.after(exchange.getAttribute(DECISION)))
				.doOnNext((decision) -> exchange.getAttributes().put(DECISION, decision))
				.doOnNext((decision) -> this.fields.write(decision, exchange.getResponse().getHeaders()::set))
				.doOnNext(Decision::orElseThrow)
				.then();
		});
	}

	private boolean isUnlimited(@Nullable InetSocketAddress local) {
		return local != null && this.callers.unlimitedPort().test(local.getPort());
	}

	/**
	 * Asks the store, on a thread that knows what the request is observed by: where the
	 * context is propagated at all, {@code handle} sees to that.
	 */
	private Mono<Decision> decide(List<Charge> charges, ServerWebExchange exchange, RequestPolicies policies) {
		return policies.settles(charges) ? reserve(charges, exchange, policies)
				: resume(this.rateLimiter.tryAcquireAsync(charges), exchange);
	}

	/**
	 * Settles just before the response is sent: its status is known then, whoever gave
	 * it. A request whose caller goes before that counts, else going would be a way to
	 * have a handler called for nothing.
	 */
	private Mono<Decision> reserve(List<Charge> charges, ServerWebExchange exchange, RequestPolicies policies) {
		ServerHttpResponse response = exchange.getResponse();
		return resume(this.rateLimiter.reserveAsync(charges), exchange).map((reservation) -> {
			Settlement settlement = new Settlement(policies, reservation);
			response
				.beforeCommit(() -> Mono.fromRunnable(() -> settlement.settle(new View(response, status(response)))));
			return reservation.decision();
		});
	}

	private static int status(ServerHttpResponse response) {
		HttpStatusCode status = response.getStatusCode();
		return (status != null) ? status.value() : HttpStatus.OK.value();
	}

	private static <T> Mono<T> resume(CompletionStage<T> answer, ServerWebExchange exchange) {
		return Mono.fromFuture(AsyncResult.resume(answer, () -> RequestExecutor.of(exchange)), true);
	}

	private record View(ServerHttpResponse response, int status) implements RateLimitResponse {

		@Override
		public @Nullable String header(String name) {
			return this.response.getHeaders().getFirst(name);
		}

	}

}
