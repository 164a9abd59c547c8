package io.github.ratelimitsample;

import java.math.BigDecimal;
import java.util.List;

import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/**
 * What everyone may look at. Policy {@code api} limits it by path.
 */
@RestController
@RequestMapping("/api/products")
class ProductController {

	private static final List<Product> PRODUCTS = List.of(new Product(1, "Teapot", new BigDecimal("24.90")),
			new Product(2, "Kettle", new BigDecimal("39.00")), new Product(3, "Strainer", new BigDecimal("4.50")));

	@GetMapping
	List<Product> products() {
		return PRODUCTS;
	}

	@GetMapping("/{id}")
	Product product(@PathVariable long id) {
		return PRODUCTS.stream()
			.filter((product) -> product.id() == id)
			.findFirst()
			.orElseThrow(() -> new ResponseStatusException(HttpStatus.NOT_FOUND, "There is no product " + id));
	}

	record Product(long id, String name, BigDecimal price) {
	}

}
