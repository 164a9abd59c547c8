package io.github.ratelimit.autoconfigure;

import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.github.ratelimit.Limit;

import org.springframework.boot.context.properties.ConfigurationPropertiesBinding;
import org.springframework.core.convert.TypeDescriptor;
import org.springframework.core.convert.converter.ConditionalGenericConverter;

/**
 * Reads limits in their short form, one or several in one text.
 */
@ConfigurationPropertiesBinding
final class LimitsConverter implements ConditionalGenericConverter {

	@Override
	public Set<ConvertiblePair> getConvertibleTypes() {
		return Set.of(new ConvertiblePair(String.class, List.class),
				new ConvertiblePair(String.class, LimitProperties.class));
	}

	@Override
	public boolean matches(TypeDescriptor source, TypeDescriptor target) {
		TypeDescriptor element = target.isCollection() ? target.getElementTypeDescriptor() : target;
		return element != null && element.getType() == LimitProperties.class;
	}

	@Override
	public @Nullable Object convert(@Nullable Object source, TypeDescriptor sourceType, TypeDescriptor targetType) {
		String text = String.valueOf(source);
		if (!targetType.isCollection()) {
			return LimitProperties.of(Limit.parse(text));
		}
		return text.isBlank() ? List.of() : Limit.parseAll(text).stream().map(LimitProperties::of).toList();
	}

}
