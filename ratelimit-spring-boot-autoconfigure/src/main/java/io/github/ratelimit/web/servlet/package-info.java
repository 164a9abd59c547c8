/**
 * What limits requests on Spring MVC, and how rejections become responses. Knows the
 * core, the web room and Spring MVC.
 */
@NullMarked
package io.github.ratelimit.web.servlet;

import org.jspecify.annotations.NullMarked;
