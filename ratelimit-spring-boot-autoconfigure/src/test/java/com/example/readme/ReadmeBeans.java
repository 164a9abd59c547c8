package com.example.readme;

import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** The beans that the README shows. */
@Configuration(proxyBeanMethods = false)
@Import({ Reports.class, OrderController.class })
public class ReadmeBeans {

}
