package io.github.ratelimitbenchmarks.http;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import io.github.ratelimitbenchmarks.BareScript;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.http.HttpStatus;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/**
 * A minimal application on Spring MVC.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import({ HelloController.class, BareScriptConfiguration.class })
class ServletApplication {

	public static void main(String[] arguments) {
		SpringApplication.run(ServletApplication.class, arguments);
	}

	@Bean
	@ConditionalOnBooleanProperty(BareScriptConfiguration.ENABLED)
	WebMvcConfigurer bareLimiter(BareScript script) {
		return new WebMvcConfigurer() {

			@Override
			public void addInterceptors(InterceptorRegistry registry) {
				registry.addInterceptor(new BareInterceptor(script));
			}

		};
	}

	private record BareInterceptor(BareScript script) implements HandlerInterceptor {

		@Override
		public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler)
				throws Exception {
			boolean allowed = this.script.tryAcquire(request.getHeader(BareScriptConfiguration.CALLER));
			if (!allowed) {
				response.setStatus(HttpStatus.TOO_MANY_REQUESTS.value());
			}
			return allowed;
		}

	}

}
