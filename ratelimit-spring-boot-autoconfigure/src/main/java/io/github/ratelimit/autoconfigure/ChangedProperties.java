package io.github.ratelimit.autoconfigure;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.util.ReflectionUtils;

/**
 * Finds properties of which two configurations say different things.
 */
final class ChangedProperties {

	private ChangedProperties() {
	}

	/** The names of those that are not about single policies, in their order. */
	static List<String> outsidePolicies(RateLimitProperties before, RateLimitProperties after) {
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
