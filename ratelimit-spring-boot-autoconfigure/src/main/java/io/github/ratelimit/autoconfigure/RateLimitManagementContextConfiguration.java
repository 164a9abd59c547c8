package io.github.ratelimit.autoconfigure;

import jakarta.servlet.Filter;

import io.github.ratelimit.web.servlet.BannedAddressFilter;
import io.github.ratelimit.web.servlet.RateLimitFieldsFilter;
import io.github.ratelimit.web.servlet.RateLimitFilter;
import io.github.ratelimit.web.servlet.SettlementFilter;

import org.springframework.boot.actuate.autoconfigure.web.ManagementContextConfiguration;
import org.springframework.boot.actuate.autoconfigure.web.ManagementContextType;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;

/**
 * Puts filters before a management port of its own on Spring MVC: it has the interceptors
 * of the application, but none of its filters.
 */
@ManagementContextConfiguration(value = ManagementContextType.CHILD, proxyBeanMethods = false)
@ConditionalOnBean(SettlementFilter.class)
public final class RateLimitManagementContextConfiguration {

	@Bean
	FilterRegistrationBean<SettlementFilter> rateLimitManagementSettlementFilter(SettlementFilter filter) {
		return registration(filter);
	}

	@Bean
	FilterRegistrationBean<RateLimitFieldsFilter> rateLimitManagementFieldsFilter(RateLimitFieldsFilter filter) {
		return registration(filter);
	}

	@Bean
	@ConditionalOnBean(BannedAddressFilter.class)
	FilterRegistrationBean<BannedAddressFilter> rateLimitManagementBannedAddressFilter(BannedAddressFilter filter) {
		return registration(filter);
	}

	@Bean
	@ConditionalOnBean(RateLimitFilter.class)
	FilterRegistrationBean<RateLimitFilter> rateLimitManagementFilter(RateLimitFilter filter) {
		return registration(filter);
	}

	private static <T extends Filter & Ordered> FilterRegistrationBean<T> registration(T filter) {
		FilterRegistrationBean<T> registration = new FilterRegistrationBean<>(filter);
		registration.setOrder(filter.getOrder());
		return registration;
	}

}
