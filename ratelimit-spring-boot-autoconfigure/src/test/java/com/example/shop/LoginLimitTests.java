package com.example.shop;

import io.github.ratelimit.documentation.GettingStartedYaml;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.http.MediaType;
import org.springframework.test.context.ContextConfiguration;
import org.springframework.test.web.servlet.client.RestTestClient;

/** In place of a file, the configuration is what the page says. */
@ContextConfiguration(initializers = GettingStartedYaml.class)
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT, properties = "ratelimit.store.type=memory")
class LoginLimitTests {

	@Test
	void sixthLoginWithinAMinuteIsRejected(@LocalServerPort int port) {
		RestTestClient client = RestTestClient.bindToServer().baseUrl("http://localhost:" + port).build();
		for (int i = 0; i < 5; i++) {
			login(client).expectStatus().isUnauthorized();
		}
		login(client).expectStatus().isEqualTo(429).expectHeader().exists("Retry-After");
	}

	private static RestTestClient.ResponseSpec login(RestTestClient client) {
		return client.post()
			.uri("/login")
			.contentType(MediaType.APPLICATION_FORM_URLENCODED)
			.body("user=alice&password=guess")
			.exchange();
	}

}
