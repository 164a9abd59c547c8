package io.github.ratelimit.web.servlet;

import java.util.List;
import java.util.function.Supplier;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.ModelAndView;

/**
 * The application's answers to exceptions, for those that no handler has thrown.
 *
 * @param inOrder all resolvers, in the order in which they are asked; found when they are
 * needed
 */
public record ExceptionResolvers(Supplier<List<HandlerExceptionResolver>> inOrder) {

	@Nullable ModelAndView resolve(HttpServletRequest request, HttpServletResponse response, Exception ex) {
		for (HandlerExceptionResolver resolver : this.inOrder.get()) {
			ModelAndView answer = resolver.resolveException(request, response, null, ex);
			if (answer != null) {
				return answer;
			}
		}
		return null;
	}

}
