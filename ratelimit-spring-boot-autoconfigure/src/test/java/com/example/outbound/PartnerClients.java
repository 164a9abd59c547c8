package com.example.outbound;

import java.time.Duration;

import io.github.ratelimit.client.OutboundRateLimit;
import io.github.ratelimit.client.OutboundRateLimits;
import io.github.ratelimit.client.RateLimitClientHttpRequestInterceptor;
import io.github.ratelimit.client.RateLimitExchangeFilterFunction;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;

/** What the page on outbound limits shows. */
@Configuration(proxyBeanMethods = false)
public class PartnerClients {

	@Bean
	RestClient partner(RestClient.Builder builder, OutboundRateLimits limits) {
		return builder.baseUrl("https://api.partner.example")
			.requestInterceptor(new RateLimitClientHttpRequestInterceptor(limits.named("partner-api")))
			.build();
	}

	@Bean
	WebClient partnerReports(WebClient.Builder builder, OutboundRateLimits limits) {
		OutboundRateLimit patient = limits.named("partner-api").withMaxWait(Duration.ofMinutes(1));
		return builder.baseUrl("https://api.partner.example")
			.filter(new RateLimitExchangeFilterFunction(patient))
			.build();
	}

}
