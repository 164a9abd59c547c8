package io.github.ratelimit.autoconfigure;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import io.github.ratelimit.Decision;
import io.github.ratelimit.RateLimitListener;
import io.github.ratelimit.RateLimitRejectedEvent;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.context.ApplicationEventPublisher;

/**
 * Publishes an event for every rejected call, on a thread of its own: that of the store,
 * which tells of decisions, must not wait for what listeners do. In a flood that they
 * cannot follow, events are lost, not calls.
 */
final class RejectionEvents implements RateLimitListener, DisposableBean {

	private static final int MAX_WAITING = 1000;

	private final ApplicationEventPublisher publisher;

	private final ExecutorService executor;

	RejectionEvents(ApplicationEventPublisher publisher) {
		this.publisher = publisher;
		this.executor = new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MAX_WAITING),
				(task) -> {
					Thread thread = new Thread(task, "ratelimit-events");
					thread.setDaemon(true);
					return thread;
				}, new ThreadPoolExecutor.DiscardPolicy());
	}

	@Override
	public void onDecision(Decision decision) {
		if (!decision.allowed()) {
			this.executor.execute(() -> this.publisher.publishEvent(new RateLimitRejectedEvent(decision)));
		}
	}

	@Override
	public void destroy() {
		this.executor.shutdown();
	}

}
