package com.example.recipes;

import com.example.recipes.Model.Answer;
import io.github.ratelimit.RateLimiter;
import io.github.ratelimit.Reservation;

import org.springframework.stereotype.Service;

@Service
public class Assistant {

	private final RateLimiter rateLimiter;

	private final Model model;

	Assistant(RateLimiter rateLimiter, Model model) {
		this.rateLimiter = rateLimiter;
		this.model = model;
	}

	public String ask(String user, String question) {
		Reservation reservation = this.rateLimiter.reserve("tokens", user, 1000);
		reservation.decision().orElseThrow();
		try {
			Answer answer = this.model.ask(question);
			reservation.settle(answer.tokens());
			return answer.text();
		}
		finally {
			reservation.cancel();
		}
	}

}
