package com.example.extending;

import java.util.concurrent.atomic.LongAdder;

import io.github.ratelimit.Decision;
import io.github.ratelimit.LimitState;
import io.github.ratelimit.RateLimitListener;

import org.springframework.stereotype.Component;

@Component
public class LastPermits implements RateLimitListener {

	private final LongAdder calls = new LongAdder();

	@Override
	public void onDecision(Decision decision) {
		for (LimitState state : decision.states()) {
			if (decision.allowed() && state.remaining() == 0) {
				this.calls.increment();
			}
		}
	}

	public long calls() {
		return this.calls.sum();
	}

}
