package io.github.ratelimit.autoconfigure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.convert.ApplicationConversionService;
import org.springframework.boot.json.JsonParserFactory;
import org.springframework.core.ResolvableType;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * What editors show of the properties, as the annotation processor leaves it.
 */
class ConfigurationMetadataTests {

	private static final String ALL = "META-INF/spring-configuration-metadata.json";

	private static final ApplicationConversionService CONVERSION = new ApplicationConversionService();

	static {
		CONVERSION.addConverter(new LimitsConverter());
	}

	/** Files with metadata, and what stands before the names in them when it is bound. */
	static Stream<Source> sources() {
		return Stream.of(new Source(ALL, "", RateLimitProperties.class),
				new Source(nested(RateLimitProperties.Policy.class), "ratelimit.policies.api.",
						RateLimitProperties.Policy.class),
				new Source(nested(LimitProperties.class), "ratelimit.policies.api.limits[0].", LimitProperties.class),
				new Source(nested(BanProperties.class), "ratelimit.policies.api.ban.", BanProperties.class));
	}

	private static String nested(Class<?> type) {
		return "META-INF/spring/configuration-metadata/" + type.getName() + ".json";
	}

	@ParameterizedTest
	@MethodSource("sources")
	void everyPropertyThatIsBoundIsThereAndNoOther(Source source) {
		assertThat(source.names()).filteredOn((name) -> !name.startsWith("management."))
			.containsExactlyInAnyOrderElementsOf(
					bound((source.prefix().isEmpty()) ? "ratelimit." : "", ResolvableType.forClass(source.type())));
	}

	@ParameterizedTest
	@MethodSource("sources")
	void everyPropertyHasADescriptionThatIsASentence(Source source) {
		assertThat(source.items("properties")).isNotEmpty()
			.allSatisfy((property) -> assertThat(String.valueOf(property.get("description"))).as("%s", property)
				.matches("(?s)[A-Z].+\\."));
	}

	@Test
	void everyDefaultIsThatOfAnEmptyConfiguration() {
		RateLimitProperties empty = bind(Map.of());
		List<String> seen = new ArrayList<>();
		new Source(ALL, "", RateLimitProperties.class).items("properties").forEach((property) -> {
			String name = String.valueOf(property.get("name"));
			if (name.startsWith("ratelimit.")) {
				Object bound = value(empty, name.substring("ratelimit.".length()).split("\\."));
				Object said = property.get("defaultValue");
				seen.add(name);
				if (said == null) {
					assertThat(bound).as(name).matches((value) -> value == null || isEmpty(value));
				}
				else {
					assertThat(bound).as(name).isEqualTo(CONVERSION.convert(String.valueOf(said), declared(bound)));
				}
			}
		});
		assertThat(seen).hasSizeGreaterThan(20);
	}

	@ParameterizedTest
	@MethodSource("sources")
	void everyHintIsForAPropertyAndEachOfItsValuesCanBeBound(Source source) {
		assertThat(source.items("hints")).isNotEmpty().allSatisfy((hint) -> {
			String name = String.valueOf(hint.get("name"));
			assertThat(source.names()).contains(name);
			assertThat(values(hint)).isNotEmpty()
				.allSatisfy((value) -> assertThatNoException()
					.isThrownBy(() -> bind(Map.of(source.prefix() + name, value.get("value")))));
		});
	}

	@ParameterizedTest
	@MethodSource("sources")
	void everyHintSaysWhatItsValuesMean(Source source) {
		assertThat(source.items("hints")).flatMap(ConfigurationMetadataTests::values)
			.allSatisfy((value) -> assertThat(String.valueOf(value.get("description"))).matches("[A-Z].+\\."));
	}

	@ParameterizedTest
	@MethodSource("sources")
	void everyBeanThatIsHintedAtHasATypeThatExists(Source source) {
		assertThat(source.items("hints")).flatMap((hint) -> items(hint, "providers"))
			.filteredOn((provider) -> provider.containsKey("parameters"))
			.allSatisfy((provider) -> assertThat(
					ClassUtils.isPresent(String.valueOf(((Map<?, ?>) provider.get("parameters")).get("target")), null))
				.isTrue());
	}

	private static List<String> bound(String prefix, ResolvableType type) {
		List<String> names = new ArrayList<>();
		KnownProperties.of(type).forEach((name, nested) -> {
			boolean group = !prefix.isEmpty() && !KnownProperties.of(nested).isEmpty();
			names.addAll(group ? bound(prefix + name + ".", nested) : List.of(prefix + name));
		});
		return names;
	}

	private static boolean isEmpty(Object value) {
		return (value instanceof Collection<?> values) ? values.isEmpty() : ((Map<?, ?>) value).isEmpty();
	}

	private static Class<?> declared(Object bound) {
		return (bound instanceof Enum<?> constant) ? constant.getDeclaringClass() : bound.getClass();
	}

	private static Object value(Object record, String[] names) {
		Object value = record;
		for (String name : names) {
			for (RecordComponent component : value.getClass().getRecordComponents()) {
				if (component.getName().equalsIgnoreCase(name.replace("-", ""))) {
					ReflectionUtils.makeAccessible(component.getAccessor());
					value = ReflectionUtils.invokeMethod(component.getAccessor(), value);
					break;
				}
			}
		}
		return value;
	}

	private static RateLimitProperties bind(Map<String, Object> properties) {
		BindHandler refusing = new NoUnboundElementsBindHandler(BindHandler.DEFAULT);
		return new Binder(List.of(new MapConfigurationPropertySource(new TreeMap<>(properties))), null, CONVERSION,
				null)
			.bindOrCreate("ratelimit", Bindable.of(RateLimitProperties.class), refusing);
	}

	private static List<Map<String, Object>> values(Map<String, Object> hint) {
		return items(hint, "values");
	}

	@SuppressWarnings("unchecked")
	private static List<Map<String, Object>> items(Map<String, Object> owner, String name) {
		return (List<Map<String, Object>>) owner.getOrDefault(name, List.of());
	}

	record Source(String file, String prefix, Class<?> type) {

		List<Map<String, Object>> items(String name) {
			return ConfigurationMetadataTests.items(read(), name);
		}

		List<String> names() {
			return items("properties").stream().map((property) -> String.valueOf(property.get("name"))).toList();
		}

		private Map<String, Object> read() {
			try {
				Path classes = Path
					.of(RateLimitProperties.class.getProtectionDomain().getCodeSource().getLocation().getPath());
				return JsonParserFactory.getJsonParser()
					.parseMap(Files.readString(classes.resolve(this.file), StandardCharsets.UTF_8));
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

		@Override
		public String toString() {
			return this.type.getSimpleName();
		}

	}

}
