package io.github.ratelimit.client;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Decision;
import io.github.ratelimit.Limit;
import io.github.ratelimit.Policy;
import io.github.ratelimit.RateLimitExceededException;
import io.github.ratelimit.RateLimitStore;
import io.github.ratelimit.RateLimitStoreException;
import io.github.ratelimit.RateLimiter;
import io.github.ratelimit.memory.MemoryRateLimitStore;

import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of {@link RateLimitClientHttpRequestInterceptor} on real clients and a real
 * server.
 */
@Timeout(60)
class RateLimitClientHttpRequestInterceptorTests {

	private static final Policy POLICY = new Policy("partner", Algorithm.FIXED_WINDOW,
			List.of(new Limit(4, Duration.ofMillis(200))), 2);

	private final List<Decision> told = new ArrayList<>();

	private final OutboundRateLimit limit = limit(new MemoryRateLimitStore(100, this::time));

	private long firstRejection;

	private Partner partner;

	@BeforeEach
	void open() throws IOException {
		this.partner = new Partner();
	}

	@AfterEach
	void close() {
		this.partner.close();
	}

	@ParameterizedTest
	@EnumSource
	void rejectedCallFailsAndIsNotSent(Client client) {
		call(client, this.limit);
		call(client, this.limit);
		assertThatExceptionOfType(RateLimitExceededException.class).isThrownBy(() -> call(client, this.limit))
			.withMessage("Rate limit exceeded: 'partner' (4/200ms)");
		assertThat(this.partner.calls()).isEqualTo(2);
		assertThat(this.told).hasSize(3);
	}

	@ParameterizedTest
	@EnumSource
	void rejectedCallWaitsAsLongAsItMustAndPaysOnce(Client client) {
		OutboundRateLimit patient = this.limit.withMaxWait(Duration.ofMillis(200));
		call(client, patient);
		call(client, patient);
		call(client, patient);
		assertThat(this.partner.calls()).isEqualTo(3);
		assertThat(this.told).extracting(Decision::allowed).containsExactly(true, true, false, true);
		assertThat(this.told.get(3).time()).isGreaterThanOrEqualTo(200);
		assertThat(this.told.get(3).states().get(0).remaining()).isEqualTo(2);
	}

	@Test
	void callThatCouldNotBeSentInTimeDoesNotWait() {
		OutboundRateLimit impatient = this.limit.withMaxWait(Duration.ofMillis(199));
		call(Client.REST_CLIENT, impatient);
		call(Client.REST_CLIENT, impatient);
		assertThatExceptionOfType(RateLimitExceededException.class)
			.isThrownBy(() -> call(Client.REST_CLIENT, impatient));
		assertThat(this.told).hasSize(3);
	}

	@Test
	void callWhosePermitsOthersTakeTriesAgainUntilItsTimeIsUp() {
		ScriptedStore lucky = new ScriptedStore((attempt) -> Duration.ofMillis((attempt < 3) ? 10 : 0));
		call(Client.REST_CLIENT, limit(lucky).withMaxWait(Duration.ofMinutes(1)));
		assertThat(lucky.attempts()).isEqualTo(4);
		ScriptedStore unlucky = new ScriptedStore((attempt) -> Duration.ofMillis(100));
		long start = System.nanoTime();
		assertThatExceptionOfType(RateLimitExceededException.class)
			.isThrownBy(() -> call(Client.REST_CLIENT, limit(unlucky).withMaxWait(Duration.ofMillis(150))));
		assertThat(unlucky.attempts()).isEqualTo(2);
		assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(100));
		assertThat(this.partner.calls()).isEqualTo(1);
	}

	@Test
	void interruptionEndsTheWaitAndIsKept() {
		OutboundRateLimit patient = limit(new ScriptedStore((attempt) -> {
			Thread.currentThread().interrupt();
			return Duration.ofMinutes(1);
		})).withMaxWait(Duration.ofMinutes(1));
		assertThatExceptionOfType(RateLimitExceededException.class).isThrownBy(() -> call(Client.REST_CLIENT, patient))
			.withCauseInstanceOf(InterruptedException.class);
		assertThat(Thread.interrupted()).isTrue();
		assertThat(this.told).hasSize(1);
		assertThat(this.partner.calls()).isZero();
	}

	@ParameterizedTest
	@EnumSource
	void failureOfTheStoreIsThrownAndNothingIsSent(Client client) {
		SlowStore failing = new SlowStore(new MemoryRateLimitStore());
		failing.fail(new RateLimitStoreException("gone", null));
		assertThatExceptionOfType(RateLimitStoreException.class).isThrownBy(() -> call(client, limit(failing)))
			.withMessage("gone");
		assertThat(this.partner.calls()).isZero();
	}

	@Test
	void callsAreToldApartByTheirKeys() {
		OutboundRateLimit byHost = this.limit.withKey(URI::getHost);
		for (String host : List.of("localhost", "localhost", "127.0.0.1", "127.0.0.1")) {
			call(Client.REST_CLIENT, byHost, this.partner.uri(host));
		}
		assertThat(this.partner.calls()).isEqualTo(4);
		assertThatExceptionOfType(RateLimitExceededException.class)
			.isThrownBy(() -> call(Client.REST_CLIENT, byHost, this.partner.uri("127.0.0.1")));
	}

	@Test
	void policyThatIsNotInForceLetsCallsPass() {
		OutboundRateLimit off = new OutboundRateLimits(
				new RateLimiter(new MemoryRateLimitStore(), Policy::disabled, List.of()), Map::of)
			.named("partner");
		call(Client.REST_CLIENT, off);
		assertThat(this.partner.calls()).isEqualTo(1);
	}

	private void call(Client client, OutboundRateLimit limit) {
		call(client, limit, this.partner.uri());
	}

	private void call(Client client, OutboundRateLimit limit, URI uri) {
		client.call.accept(new RateLimitClientHttpRequestInterceptor(limit), uri);
	}

	private OutboundRateLimit limit(RateLimitStore store) {
		return new OutboundRateLimits(new RateLimiter(store, Map.of("partner", POLICY)::get,
				List.of(this.told::add, (decision) -> goOn(decision.allowed()))), Map::of)
			.named("partner");
	}

	/** Milliseconds since the first rejection: before it, calls may take their time. */
	private long time() {
		return (this.firstRejection != 0) ? (System.nanoTime() - this.firstRejection) / 1_000_000 : 0;
	}

	private void goOn(boolean allowed) {
		if (!allowed && this.firstRejection == 0) {
			this.firstRejection = System.nanoTime();
		}
	}

	/** The clients that take interceptors. */
	enum Client {

		REST_CLIENT((interceptor, uri) -> RestClient.builder()
			.requestInterceptor(interceptor)
			.build()
			.get()
			.uri(uri)
			.retrieve()
			.toBodilessEntity()),

		REST_TEMPLATE((interceptor, uri) -> {
			RestTemplate template = new RestTemplate();
			template.getInterceptors().add(interceptor);
			template.getForEntity(uri, Void.class);
		});

		private final BiConsumer<RateLimitClientHttpRequestInterceptor, URI> call;

		Client(BiConsumer<RateLimitClientHttpRequestInterceptor, URI> call) {
			this.call = call;
		}

	}

}
