package com.example.extending;

import io.github.ratelimit.Charge;
import io.github.ratelimit.RateLimitRejectedEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

@Component
class RejectionLog {

	private static final Logger logger = LoggerFactory.getLogger(RejectionLog.class);

	@EventListener
	void rejected(RateLimitRejectedEvent event) {
		for (Charge charge : event.charges()) {
			logger.info("{} has no room for {}", charge.policy().name(), charge.key());
		}
	}

}
