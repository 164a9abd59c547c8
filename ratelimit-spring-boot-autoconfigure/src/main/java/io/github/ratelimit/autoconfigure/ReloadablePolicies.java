package io.github.ratelimit.autoconfigure;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.github.ratelimit.Policy;
import io.github.ratelimit.PolicySource;
import io.github.ratelimit.annotation.RateLimitAnnotations;

import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.util.ClassUtils;

/**
 * The policies in force, and all that was made of them. When the configuration changes,
 * everything is made anew and checked beside what holds, and then takes its place at
 * once: who asks finds all as it was, or all as it is.
 */
final class ReloadablePolicies implements PolicySource, SmartInitializingSingleton {

	private static final String SPRING_CLOUD = "org.springframework.cloud.context.environment.EnvironmentChangeEvent";

	private final RateLimitAnnotations annotations;

	private final PolicySource others;

	private final List<View<?>> views = new ArrayList<>();

	/** Replaced, never changed. */
	private volatile InForce inForce;

	ReloadablePolicies(RateLimitProperties properties, RateLimitAnnotations annotations, PolicySource others) {
		this.annotations = annotations;
		this.others = others;
		this.inForce = new InForce(new ConfiguredPolicies(properties.policies(), annotations, others), List.of());
	}

	/**
	 * Whether the configuration may change while the application runs, so that any policy
	 * may come to ask for what none asks for at the start.
	 */
	static boolean possible(@Nullable ClassLoader classLoader) {
		return ClassUtils.isPresent(SPRING_CLOUD, classLoader);
	}

	/**
	 * The policies as they are now, of which a decision is to ask once.
	 */
	ConfiguredPolicies now() {
		return this.inForce.policies();
	}

	/** Makes something of the policies, now and whenever they are replaced. */
	<T> Supplier<T> view(Function<ConfiguredPolicies, T> maker) {
		return view(maker, (made) -> {
		});
	}

	/**
	 * Makes something of the policies, now and whenever they are replaced.
	 * @param check finds mistakes that are seen only when all beans are
	 */
	@SuppressWarnings("unchecked")
	synchronized <T> Supplier<T> view(Function<ConfiguredPolicies, T> maker, Consumer<T> check) {
		int index = this.views.size();
		View<T> view = new View<>(maker, check);
		List<Object> made = new ArrayList<>(this.inForce.made());
		made.add(view.make(now()));
		this.views.add(view);
		this.inForce = new InForce(now(), made);
		return () -> (T) this.inForce.made().get(index);
	}

	@Override
	public synchronized void afterSingletonsInstantiated() {
		check(this.inForce);
	}

	/**
	 * Replaces what the configuration says of policies, unless a start would refuse it.
	 */
	synchronized void replace(Map<String, RateLimitProperties.Policy> properties) {
		ConfiguredPolicies policies = new ConfiguredPolicies(properties, this.annotations, this.others);
		List<Object> made = new ArrayList<>();
		this.views.forEach((view) -> made.add(view.make(policies)));
		InForce next = new InForce(policies, made);
		check(next);
		this.inForce = next;
	}

	private void check(InForce all) {
		all.policies().check();
		for (int i = 0; i < this.views.size(); i++) {
			this.views.get(i).check(all.made().get(i));
		}
	}

	@Override
	public @Nullable Policy find(String name) {
		return now().find(name);
	}

	@Override
	public List<Policy> variants(String name) {
		return now().variants(name);
	}

	@Override
	public Collection<Policy> policies() {
		return now().policies();
	}

	private record InForce(ConfiguredPolicies policies, List<Object> made) {

		InForce {
			made = List.copyOf(made);
		}

	}

	private record View<T>(Function<ConfiguredPolicies, T> maker, Consumer<T> check) {

		Object make(ConfiguredPolicies policies) {
			return this.maker.apply(policies);
		}

		@SuppressWarnings("unchecked")
		void check(Object made) {
			this.check.accept((T) made);
		}

	}

}
