package com.example.extending;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

class UserClient {

	Mono<String> planOf(@Nullable String principal) {
		return (principal != null) ? Mono.just("pro") : Mono.empty();
	}

}
