package io.github.ratelimit.redis;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

import io.lettuce.core.RedisFuture;
import io.lettuce.core.api.async.RedisAsyncCommands;

import io.github.ratelimit.Algorithm;
import io.github.ratelimit.Charge;
import io.github.ratelimit.Decision;
import io.github.ratelimit.Limit;
import io.github.ratelimit.Policy;
import io.github.ratelimit.RateLimitStore;

import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import static java.time.Duration.ofDays;

/**
 * A store in Redis that goes by a test's clock, which does not move the server's: so that
 * nothing expires by the latter, values lose their TTL in the transaction that writes
 * them.
 */
final class LastingStore implements RateLimitStore {

	private final RateLimitStore store;

	private final String keyPrefix;

	private final RedisAsyncCommands<byte[], byte[]> commands;

	@SuppressWarnings("unchecked")
	LastingStore(LettuceConnectionFactory connections, String keyPrefix, RateLimitStore store) {
		this.store = store;
		this.keyPrefix = keyPrefix;
		this.commands = (RedisAsyncCommands<byte[], byte[]>) connections.getConnection().getNativeConnection();
		loadScripts();
	}

	@Override
	public String name() {
		return this.store.name();
	}

	@Override
	public CompletionStage<Decision> acquire(List<Charge> charges) {
		return lasting(charges, () -> this.store.acquire(charges));
	}

	@Override
	public CompletionStage<Void> settle(Decision decision, List<Charge> actual) {
		return lasting(actual, () -> this.store.settle(decision, actual));
	}

	@Override
	public CompletionStage<Void> reset(Policy policy, String key) {
		return this.store.reset(policy, key);
	}

	/** A script that is not there could not be loaded within a transaction. */
	private void loadScripts() {
		Charge charge = new Charge(new Policy("load", Algorithm.FIXED_WINDOW, new Limit(9, ofDays(1))), "load", 1);
		CompletableFuture<Decision> decision = this.store.acquire(List.of(charge)).toCompletableFuture();
		this.store.settle(decision.join(), List.of(new Charge(charge.policy(), "load", 2)))
			.toCompletableFuture()
			.join();
	}

	private <T> CompletionStage<T> lasting(List<Charge> charges, Supplier<CompletionStage<T>> call) {
		this.commands.multi();
		CompletionStage<T> answer = call.get();
		for (Charge charge : charges) {
			String key = EncodedPolicy.of(this.keyPrefix, charge.policy()).key(charge.key());
			this.commands.persist(key.getBytes(StandardCharsets.UTF_8));
		}
		RedisFuture<?> done = this.commands.exec();
		return answer.thenCombine(done, (answered, results) -> answered);
	}

}
