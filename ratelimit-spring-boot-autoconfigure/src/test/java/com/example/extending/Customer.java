package com.example.extending;

import java.security.Principal;

/** What a filter of the application has authenticated. */
public record Customer(String name, String tenant) implements Principal {

	@Override
	public String getName() {
		return this.name;
	}

}
