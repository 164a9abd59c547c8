package com.example.extending;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
class SearchController {

	@Expensive
	@GetMapping("/search")
	String search() {
		return "found";
	}

	@RequestMapping({ "/api/orders", "/api/export", "/pages/orders" })
	String orders() {
		return "orders";
	}

}
