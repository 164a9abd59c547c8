package io.github.ratelimit.autoconfigure;

import java.lang.reflect.Constructor;
import java.lang.reflect.Parameter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.github.ratelimit.InvalidPolicyException;

import org.springframework.boot.context.properties.bind.BindConstructorProvider;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.boot.context.properties.bind.Name;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.core.ResolvableType;

/**
 * The names that {@link RateLimitProperties} and what is nested in them have.
 */
final class KnownProperties {

	private KnownProperties() {
	}

	/** What can be said below a type, in the order in which it is declared. */
	static Map<String, ResolvableType> of(ResolvableType type) {
		Map<String, ResolvableType> known = new LinkedHashMap<>();
		Constructor<?> constructor = type.toClass().isRecord()
				? BindConstructorProvider.DEFAULT.getBindConstructor(type.toClass(), true) : null;
		if (constructor != null) {
			for (Parameter parameter : constructor.getParameters()) {
				known.put(name(parameter), ResolvableType.forType(parameter.getParameterizedType()));
			}
		}
		return known;
	}

	private static String name(Parameter parameter) {
		Name name = parameter.getAnnotation(Name.class);
		return (name != null) ? name.value() : DataObjectPropertyName.toDashedForm(parameter.getName());
	}

	/**
	 * The type of a property.
	 * @param name its name
	 * @return never null; the type of what is above it if it is not known
	 */
	static ResolvableType type(ConfigurationPropertyName name) {
		return follow(name, false).type();
	}

	/**
	 * Follows a name to the first element that is not known.
	 * @param name the name of a property below {@code ratelimit}
	 * @param variable whether it is that of an environment variable, which may have dots
	 * in place of hyphens
	 * @return what stands there instead, or null if all elements are known
	 */
	static @Nullable Unknown unknown(ConfigurationPropertyName name, boolean variable) {
		Known known = follow(name, variable);
		return (known.elements() == name.getNumberOfElements()) ? null
				: new Unknown(name, known.elements(), List.copyOf(of(known.type()).keySet()));
	}

	private static Known follow(ConfigurationPropertyName name, boolean variable) {
		Known known = new Known(1, ResolvableType.forClass(RateLimitProperties.class));
		Known next = known;
		while (next != null && next.elements() < name.getNumberOfElements()) {
			known = next;
			next = next(name, known, variable ? name.getNumberOfElements() : known.elements() + 1);
		}
		return (next != null) ? next : known;
	}

	private static @Nullable Known next(ConfigurationPropertyName name, Known known, int end) {
		ResolvableType type = known.type();
		if (isAny(type)) {
			return new Known(known.elements() + 1, type.getGeneric(type.getGenerics().length - 1));
		}
		for (int i = known.elements() + 1; i <= end; i++) {
			ResolvableType found = find(of(type), uniform(name, known.elements(), i));
			if (found != null) {
				return new Known(i, found);
			}
		}
		return null;
	}

	/** Whether it has elements of one type, by any name or number. */
	private static boolean isAny(ResolvableType type) {
		return type.resolve() == Map.class || type.resolve() == List.class;
	}

	private static @Nullable ResolvableType find(Map<String, ResolvableType> known, String uniform) {
		return known.entrySet()
			.stream()
			.filter((entry) -> entry.getKey().replace("-", "").equals(uniform))
			.map(Map.Entry::getValue)
			.findFirst()
			.orElse(null);
	}

	private static String uniform(ConfigurationPropertyName name, int start, int end) {
		StringBuilder uniform = new StringBuilder();
		for (int i = start; i < end; i++) {
			uniform.append(name.getElement(i, Form.UNIFORM));
		}
		return uniform.toString();
	}

	/** How many elements of a name are known, and what the last of them is. */
	private record Known(int elements, ResolvableType type) {
	}

	/**
	 * A name that goes on where nothing is known.
	 *
	 * @param name the whole name
	 * @param index of the first element that is not known
	 * @param known what is known in its place; nothing if there is nothing below
	 */
	record Unknown(ConfigurationPropertyName name, int index, List<String> known) {

		/** The whole name as it was probably meant, or null if nothing known is near. */
		@Nullable String meant() {
			String meant = new InvalidPolicyException("property", this.name.getElement(this.index, Form.DASHED),
					expected(), this.known)
				.meant();
			return (meant != null) ? with(meant) : null;
		}

		private String parent() {
			return this.name.chop(this.index).toString();
		}

		private String with(String element) {
			StringBuilder with = new StringBuilder(parent()).append('.').append(element);
			for (int i = this.index + 1; i < this.name.getNumberOfElements(); i++) {
				String rest = this.name.getElement(i, Form.DASHED);
				with.append(this.name.isNumericIndex(i) ? "[" + rest + "]" : "." + rest);
			}
			return with.toString();
		}

		String expected() {
			return this.known.isEmpty() ? "nothing below " + parent()
					: "a property that exists below " + parent() + ": " + String.join(", ", this.known);
		}

	}

}
