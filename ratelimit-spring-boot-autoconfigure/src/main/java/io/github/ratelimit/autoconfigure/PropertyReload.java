package io.github.ratelimit.autoconfigure;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.context.properties.ConstructorBound;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.cloud.context.environment.EnvironmentChangeEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.Environment;
import org.springframework.core.io.support.SpringFactoriesLoader.ArgumentResolver;
import org.springframework.core.io.support.SpringFactoriesLoader.FailureHandler;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.util.ReflectionUtils;

/**
 * Has policies replaced when properties have changed. What a start would refuse is
 * refused as a whole, with the words of a start that fails, and all policies stay.
 */
final class PropertyReload {

	private static final Log logger = LogFactory.getLog(PropertyReload.class);

	private final ReloadablePolicies policies;

	private final RateLimitProperties started;

	private final ConfigurableListableBeanFactory beans;

	private final Environment environment;

	private RateLimitProperties last;

	PropertyReload(ReloadablePolicies policies, RateLimitProperties started, ConfigurableListableBeanFactory beans,
			Environment environment) {
		this.policies = policies;
		this.started = started;
		this.beans = beans;
		this.environment = environment;
		this.last = started;
	}

	/**
	 * Looks what is said now, whatever has changed: a property may name another one.
	 */
	@EventListener(EnvironmentChangeEvent.class)
	synchronized void reload() {
		try {
			RateLimitProperties said = (RateLimitProperties) ConstructorBound.from(this.beans,
					RateLimitProperties.PREFIX, RateLimitProperties.class);
			if (!said.equals(this.last)) {
				apply(said);
			}
		}
		catch (RuntimeException ex) {
			refuse(ex);
		}
	}

	private void apply(RateLimitProperties said) {
		Map<String, ConfiguredPolicy> before = this.policies.now().inForce();
		this.policies.replace(said.policies());
		this.last = said;
		String changes = PolicySummary.changes(before, this.policies.now().inForce());
		if (!changes.isEmpty()) {
			logger.info("Rate limits have changed:" + changes);
		}
		List<String> later = outsidePolicies(this.started, said);
		if (!later.isEmpty()) {
			logger.warn("Properties that hold from the next start, and do not yet: " + String.join(", ", later));
		}
	}

	private void refuse(RuntimeException failure) {
		String description = SpringFactoriesLoader.forDefaultResourceLocation(this.beans.getBeanClassLoader())
			.load(FailureAnalyzer.class,
					ArgumentResolver.of(BeanFactory.class, this.beans).and(Environment.class, this.environment),
					FailureHandler.logging(logger))
			.stream()
			.map((analyzer) -> analyzer.analyze(failure))
			.filter(Objects::nonNull)
			.map(FailureAnalysis::getDescription)
			.findFirst()
			.orElse(null);
		String text = "Changed properties are refused, and all rate limits stay as they were";
		if (description != null) {
			logger.error("%s:%n%n%s%n".formatted(text, description));
		}
		else {
			logger.error(text, failure);
		}
	}

	/** The names of changed properties that are not about single policies. */
	private static List<String> outsidePolicies(RateLimitProperties before, RateLimitProperties after) {
		List<String> changed = new ArrayList<>();
		compare(RateLimitProperties.PREFIX, before, after, changed);
		changed.remove(RateLimitProperties.PREFIX + ".policies");
		return changed;
	}

	private static void compare(String name, @Nullable Object before, @Nullable Object after, List<String> changed) {
		if (before instanceof Record && after != null) {
			for (RecordComponent component : before.getClass().getRecordComponents()) {
				compare(name + "." + DataObjectPropertyName.toDashedForm(component.getName()),
						ReflectionUtils.invokeMethod(component.getAccessor(), before),
						ReflectionUtils.invokeMethod(component.getAccessor(), after), changed);
			}
		}
		else if (!Objects.equals(before, after)) {
			changed.add(name);
		}
	}

}
