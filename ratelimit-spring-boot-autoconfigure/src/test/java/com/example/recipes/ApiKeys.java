package com.example.recipes;

import org.jspecify.annotations.Nullable;

class ApiKeys {

	@Nullable String planOf(@Nullable String key) {
		return (key != null && key.startsWith("pro-")) ? "pro" : null;
	}

}
