package io.github.ratelimit.web.servlet;

import java.io.IOException;
import java.util.Collections;
import java.util.function.Supplier;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import io.github.ratelimit.web.BannedAddresses;

import org.springframework.core.Ordered;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Refuses clients by their address, ahead of whatever else may be done for them.
 */
public final class BannedAddressFilter extends OncePerRequestFilter implements Ordered {

	private final Supplier<BannedAddresses> addresses;

	/**
	 * Creates a filter.
	 * @param addresses who is refused; asked when it is needed
	 */
	public BannedAddressFilter(Supplier<BannedAddresses> addresses) {
		this.addresses = addresses;
	}

	/** Behind the filters that find addresses and count requests. */
	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE + 9;
	}

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		if (this.addresses.get()
			.contain(request.getRemoteAddr(), (name) -> Collections.list(request.getHeaders(name)))) {
			refuse(response);
		}
		else {
			chain.doFilter(request, response);
		}
	}

	private static void refuse(HttpServletResponse response) throws IOException {
		byte[] problem = BannedAddresses.problem();
		response.setStatus(HttpServletResponse.SC_FORBIDDEN);
		response.setHeader(HttpHeaders.CACHE_CONTROL, CacheControl.noStore().getHeaderValue());
		response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
		response.setContentLength(problem.length);
		response.getOutputStream().write(problem);
	}

}
