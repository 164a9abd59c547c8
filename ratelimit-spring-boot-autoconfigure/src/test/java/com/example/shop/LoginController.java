package com.example.shop;

import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

@RestController
class LoginController {

	@PostMapping("/login")
	String login(@RequestParam String user, @RequestParam String password) {
		if (!password.equals("wonderland")) {
			throw new ResponseStatusException(HttpStatus.UNAUTHORIZED);
		}
		return "Welcome, " + user;
	}

}
