package io.github.ratelimit.client;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.scheduler.VirtualTimeScheduler;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Decision;
import io.github.ratelimit.Limit;
import io.github.ratelimit.Policy;
import io.github.ratelimit.RateLimitExceededException;
import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.RateLimitStoreException;
import io.github.ratelimit.RateLimiter;
import io.github.ratelimit.memory.MemoryRateLimitStore;

import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.WebClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of {@link RateLimitExchangeFilterFunction} on a real client and a real server, in
 * virtual time: only the test makes it pass, so it could not if a call held its thread.
 */
@Timeout(60)
class RateLimitExchangeFilterFunctionTests {

	private static final Policy POLICY = new Policy("partner", Algorithm.FIXED_WINDOW,
			List.of(new Limit(4, Duration.ofMinutes(1))), 2);

	private static final Duration LATE = Duration.ofMinutes(1).minusMillis(1);

	private final List<Decision> told = new ArrayList<>();

	private final RateLimitStore store = new MemoryRateLimitStore(100,
			() -> Schedulers.parallel().now(TimeUnit.MILLISECONDS));

	private final OutboundRateLimits limits = limits(this.store);

	private final OutboundRateLimit limit = this.limits.named("partner");

	private VirtualTimeScheduler time;

	private Partner partner;

	@BeforeEach
	void open() throws IOException {
		this.time = VirtualTimeScheduler.getOrSet();
		this.partner = new Partner();
	}

	@AfterEach
	void close() {
		this.partner.close();
		VirtualTimeScheduler.reset();
	}

	@Test
	void rejectedCallFailsAndIsNotSent() {
		spend();
		assertThatExceptionOfType(RateLimitExceededException.class).isThrownBy(() -> call(this.limit).block())
			.withMessage("Rate limit exceeded: 'partner' (4/1m)");
		assertThat(this.partner.calls()).isEqualTo(2);
	}

	@Test
	void rejectedCallWaitsAsLongAsItMustAndPaysOnce() throws Exception {
		spend();
		CompletableFuture<?> response = call(this.limit.withMaxWait(Duration.ofMinutes(1))).toFuture();
		this.time.advanceTimeBy(LATE);
		assertThat(this.told).hasSize(3);
		this.time.advanceTimeBy(Duration.ofMillis(1));
		response.get(10, TimeUnit.SECONDS);
		assertThat(this.partner.calls()).isEqualTo(3);
		assertThat(this.told).extracting(Decision::allowed).containsExactly(true, true, false, true);
		assertThat(this.told.get(3).states().get(0).remaining()).isEqualTo(2);
	}

	@Test
	void callThatCouldNotBeSentInTimeDoesNotWait() {
		spend();
		assertThatExceptionOfType(RateLimitExceededException.class)
			.isThrownBy(() -> call(this.limit.withMaxWait(LATE)).block());
		assertThat(this.time.getScheduledTaskCount()).isZero();
	}

	@Test
	void callWhosePermitsOthersTakeTriesAgainUntilItsTimeIsUp() {
		ScriptedStore unlucky = new ScriptedStore((attempt) -> Duration.ofSeconds(20));
		CompletableFuture<?> response = call(limits(unlucky).named("partner").withMaxWait(Duration.ofSeconds(79)))
			.toFuture();
		this.time.advanceTimeBy(Duration.ofSeconds(59));
		assertThat(unlucky.attempts()).isEqualTo(3);
		assertThat(response).isNotDone();
		this.time.advanceTimeBy(Duration.ofSeconds(1));
		assertThat(unlucky.attempts()).isEqualTo(4);
		assertThat(response).isCompletedExceptionally();
		assertThat(this.partner.calls()).isZero();
	}

	@Test
	void callMayTryAsOftenAsItMust() throws Exception {
		ScriptedStore busy = new ScriptedStore((attempt) -> Duration.ofMillis((attempt < 20_000) ? 1 : 0));
		CompletableFuture<?> response = call(limits(busy).named("partner").withMaxWait(Duration.ofMinutes(1)))
			.toFuture();
		this.time.advanceTimeBy(Duration.ofSeconds(20));
		response.get(10, TimeUnit.SECONDS);
		assertThat(busy.attempts()).isEqualTo(20_001);
	}

	@Test
	void oneThreadIsFreeWhileCallsWaitOnIt() throws Exception {
		VirtualTimeScheduler.reset();
		Scheduler only = Schedulers.newSingle("only");
		try {
			OutboundRateLimit patient = limits(
					new ScriptedStore((attempt) -> Duration.ofMillis((attempt < 20) ? 300 : 0)))
				.named("partner")
				.withMaxWait(Duration.ofMinutes(1));
			List<CompletableFuture<ResponseEntity<Void>>> responses = IntStream.range(0, 20)
				.mapToObj((i) -> call(patient).subscribeOn(only).toFuture())
				.toList();
			CompletableFuture<Integer> sentMeanwhile = new CompletableFuture<>();
			only.schedule(() -> sentMeanwhile.complete(this.partner.calls()));
			assertThat(sentMeanwhile.get(10, TimeUnit.SECONDS)).isZero();
			CompletableFuture.allOf(responses.toArray(CompletableFuture[]::new)).get(10, TimeUnit.SECONDS);
			assertThat(this.partner.calls()).isEqualTo(20);
		}
		finally {
			only.dispose();
		}
	}

	@Test
	void callGoesOnElsewhereThanOnTheThreadOfTheStore() throws Exception {
		VirtualTimeScheduler.reset();
		SlowStore slow = new SlowStore(new MemoryRateLimitStore());
		CompletableFuture<String> thread = new CompletableFuture<>();
		new RateLimitExchangeFilterFunction(limits(slow).named("partner"))
			.filter(ClientRequest.create(HttpMethod.GET, this.partner.uri()).build(), (request) -> {
				thread.complete(Thread.currentThread().getName());
				return Mono.just(ClientResponse.create(HttpStatus.OK).build());
			})
			.subscribe();
		assertThat(thread).isNotDone();
		new Thread(slow::answer, "store").start();
		assertThat(thread.get(10, TimeUnit.SECONDS)).startsWith("parallel-");
	}

	@Test
	void callThatIsCancelledWhileItWaitsLeavesNothingBehind() {
		spend();
		Disposable call = call(this.limit.withMaxWait(Duration.ofMinutes(1))).subscribe();
		assertThat(this.told).hasSize(3);
		call.dispose();
		this.time.advanceTimeBy(Duration.ofMinutes(2));
		assertThat(this.told).hasSize(3);
		assertThat(this.partner.calls()).isEqualTo(2);
	}

	@Test
	void callThatIsCancelledWhileTheStoreDecidesGetsItsPermitsBack() {
		SlowStore slow = new SlowStore(this.store);
		Disposable call = call(limits(slow).named("partner")).subscribe();
		call.dispose();
		slow.answer();
		spend();
		assertThat(this.partner.calls()).isEqualTo(2);
	}

	@Test
	void callThatIsCancelledWhenItIsSentHasPaid() throws Exception {
		CompletableFuture<Void> sent = new CompletableFuture<>();
		Disposable call = new RateLimitExchangeFilterFunction(this.limit)
			.filter(ClientRequest.create(HttpMethod.GET, this.partner.uri()).build(), (request) -> {
				sent.complete(null);
				return Mono.never();
			})
			.subscribe();
		sent.get(10, TimeUnit.SECONDS);
		call.dispose();
		call(this.limit).block();
		assertThat(this.told.get(1).states().get(0).remaining()).isZero();
	}

	@Test
	void callIsChargedOnEachSubscription() {
		Mono<?> call = call(this.limit);
		assertThat(this.told).isEmpty();
		call.block();
		call.block();
		assertThatExceptionOfType(RateLimitExceededException.class).isThrownBy(call::block);
	}

	@Test
	void failureOfTheStoreIsTheFailureOfTheCall() {
		SlowStore failing = new SlowStore(this.store);
		failing.fail(new RateLimitStoreException("gone", null));
		OutboundRateLimit patient = limits(failing).named("partner").withMaxWait(Duration.ofMinutes(1));
		assertThatExceptionOfType(ExecutionException.class)
			.isThrownBy(() -> call(patient).toFuture().get(10, TimeUnit.SECONDS))
			.withCauseInstanceOf(RateLimitStoreException.class);
		assertThat(this.partner.calls()).isZero();
	}

	@Test
	void allThatNameAPolicyShareIt() {
		call(this.limits.named("partner")).block();
		RestClient other = RestClient.builder()
			.requestInterceptor(new RateLimitClientHttpRequestInterceptor(this.limits.named("partner")))
			.build();
		other.get().uri(this.partner.uri()).retrieve().toBodilessEntity();
		assertThatExceptionOfType(RateLimitExceededException.class)
			.isThrownBy(() -> call(limits(this.store).named("partner")).block());
	}

	@Test
	void callsAreToldApartByTheirKeysAndPassIfThePolicyIsNotInForce() {
		spend();
		call(this.limit.withKey(URI::getHost)).block();
		call(this.limits.named("off")).block();
		assertThat(this.partner.calls()).isEqualTo(4);
	}

	private void spend() {
		call(this.limit).block();
		call(this.limit).block();
	}

	private Mono<ResponseEntity<Void>> call(OutboundRateLimit limit) {
		return WebClient.builder()
			.filter(new RateLimitExchangeFilterFunction(limit))
			.build()
			.get()
			.uri(this.partner.uri())
			.retrieve()
			.toBodilessEntity();
	}

	private OutboundRateLimits limits(RateLimitStore store) {
		return new OutboundRateLimits(new RateLimiter(store,
				Map.of("partner", POLICY, "off", Policy.disabled("off"))::get, List.of(this.told::add)), Map::of);
	}

}
