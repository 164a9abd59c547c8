package io.github.ratelimit.annotation;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.github.ratelimit.InvalidPolicyException;

import org.springframework.core.BridgeMethodResolver;
import org.springframework.core.KotlinDetector;
import org.springframework.core.MethodClassKey;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;
import org.springframework.stereotype.Controller;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Reads annotations, once per method, and keeps in mind what they declare.
 */
public final class RateLimitAnnotations {

	private static final String[] MAPPINGS = { "org.springframework.web.bind.annotation.RequestMapping",
			"org.springframework.web.service.annotation.HttpExchange" };

	/** Whether Spring's proxies can call suspending functions. */
	private static final boolean SUSPENDING = KotlinDetector.isKotlinReflectPresent()
			&& ClassUtils.isPresent("kotlinx.coroutines.reactor.MonoKt", RateLimitAnnotations.class.getClassLoader());

	private final Map<MethodClassKey, LimitedMethod> methods = new ConcurrentHashMap<>();

	private final Map<Class<?>, List<LimitedMethod>> types = new ConcurrentHashMap<>();

	private final CallExpressions expressions = new CallExpressions();

	/** Replaced, never changed. */
	private volatile List<RateLimitDeclaration> declarations = List.of();

	/**
	 * What annotations say about a method.
	 * @param method the method
	 * @param type the class of the bean that has it
	 * @return never null
	 * @throws InvalidRateLimitAnnotationException if an annotation contradicts itself or
	 * another one
	 */
	public LimitedMethod of(Method method, Class<?> type) {
		return this.methods.computeIfAbsent(new MethodClassKey(method, type), (key) -> {
			Class<?> userType = ClassUtils.getUserClass(type);
			return read(Proxy.isProxyClass(userType) ? method
					: BridgeMethodResolver.getMostSpecificMethod(method, userType), userType);
		});
	}

	/**
	 * Looks at all methods of a class of beans.
	 * @param type the class
	 * @return the methods about which annotations say something
	 * @throws InvalidRateLimitAnnotationException if an annotation can never do what it
	 * says
	 */
	public List<LimitedMethod> inspect(Class<?> type) {
		if (!isCandidate(type)) {
			return List.of();
		}
		List<LimitedMethod> known = this.types.get(type);
		if (known == null) {
			known = MethodIntrospector
				.selectMethods(type, (MethodIntrospector.MetadataLookup<LimitedMethod>) (method) -> of(method, type))
				.values()
				.stream()
				.filter(LimitedMethod::annotated)
				.toList();
			known.forEach(this::check);
			add(known);
			this.types.put(type, known);
		}
		return known;
	}

	/** Spring's own beans are most of an application's, and carry none of ours. */
	private static boolean isCandidate(Class<?> type) {
		return (!type.getName().startsWith("org.springframework.")
				|| type.getName().startsWith("org.springframework.samples."))
				&& AnnotationUtils.isCandidateClass(type, RateLimit.class);
	}

	/**
	 * What the annotations of all classes looked at declare.
	 * @return a list to which later ones are added at the end
	 */
	public List<RateLimitDeclaration> declarations() {
		return this.declarations;
	}

	/**
	 * Handlers among the classes looked at, about which annotations say something.
	 * @return in no particular order
	 */
	public List<LimitedMethod> handlers() {
		return this.types.values().stream().flatMap(List::stream).filter(LimitedMethod::handler).toList();
	}

	/**
	 * Checks what the configuration makes of the limits on beans.
	 * @param policies what is in force
	 * @throws InvalidRateLimitAnnotationException if a policy is not known, or its key is
	 * not an expression over the arguments
	 */
	public void check(CallPolicy.Source policies) {
		this.types.values().stream().flatMap(List::stream).filter(LimitedMethod::intercepted).forEach((limited) -> {
			for (RateLimitDeclaration declaration : limited.declarations()) {
				CallPolicy policy = policies.find(declaration);
				if (policy != null) {
					this.expressions.check(declaration, "key", policy.key(), limited.method());
					this.expressions.check(declaration, "cost", List.of(policy.cost()), limited.method());
					this.expressions.check(declaration, "unless", List.of(policy.unless()), limited.method());
				}
			}
		});
	}

	CallExpressions expressions() {
		return this.expressions;
	}

	private synchronized void add(List<LimitedMethod> found) {
		Set<RateLimitDeclaration> all = new LinkedHashSet<>(this.declarations);
		found.forEach((method) -> all.addAll(method.declarations()));
		this.declarations = List.copyOf(all);
	}

	private LimitedMethod read(Method method, Class<?> type) {
		boolean controller = AnnotatedElementUtils.hasAnnotation(type, Controller.class)
				&& Arrays.stream(ReflectionUtils.getUniqueDeclaredMethods(type))
					.anyMatch(RateLimitAnnotations::handles);
		boolean handler = controller && handles(method);
		LimitedMethod own = read(method, method, type, handler);
		boolean ofItsClass = handler || (!controller && Modifier.isPublic(method.getModifiers())
				&& !Modifier.isStatic(method.getModifiers()) && !ReflectionUtils.isObjectMethod(method));
		return (own.annotated() || !ofItsClass) ? own : read(type, method, type, handler);
	}

	/** Takes what is nearest, because it replaces what it inherits. */
	private static LimitedMethod read(AnnotatedElement element, Method method, Class<?> type, boolean handler) {
		MergedAnnotations annotations = MergedAnnotations.from(element, SearchStrategy.TYPE_HIERARCHY);
		List<MergedAnnotation<RateLimit>> limits = annotations.stream(RateLimit.class).toList();
		MergedAnnotation<RateLimit.Exempt> exempt = annotations.get(RateLimit.Exempt.class);
		int nearest = limits.stream().mapToInt(MergedAnnotation::getAggregateIndex).min().orElse(Integer.MAX_VALUE);
		if (exempt.isPresent() && exempt.getAggregateIndex() < nearest) {
			return new LimitedMethod(method, type, handler, List.of(), true);
		}
		List<RateLimitDeclaration> declarations = new ArrayList<>();
		Set<String> policies = new HashSet<>();
		for (MergedAnnotation<RateLimit> limit : limits) {
			if (limit.getAggregateIndex() == nearest) {
				RateLimitDeclaration declaration = RateLimitDeclaration.of(limit, handler);
				if (exempt.isPresent() && exempt.getAggregateIndex() == nearest) {
					throw declaration.invalid(new InvalidPolicyException("policy", declaration.policy(),
							"either a limit or @RateLimit.Exempt, not both"));
				}
				if (!policies.add(declaration.policy())) {
					throw declaration.invalid(new InvalidPolicyException("policy", declaration.policy(),
							"each policy once; say a name for every policy that is declared here"));
				}
				declarations.add(declaration);
			}
		}
		return new LimitedMethod(method, type, handler, declarations, false);
	}

	private static boolean handles(Method method) {
		MergedAnnotations annotations = MergedAnnotations.from(method, SearchStrategy.TYPE_HIERARCHY);
		for (String mapping : MAPPINGS) {
			if (annotations.isPresent(mapping)) {
				return true;
			}
		}
		return false;
	}

	/** A limit that no proxy can enforce must not look as if it held. */
	private void check(LimitedMethod limited) {
		if (!limited.intercepted()) {
			return;
		}
		Method method = limited.method();
		RateLimitDeclaration first = limited.declarations().get(0);
		boolean meant = first.where() instanceof Method || first.where() == method.getDeclaringClass();
		if (meant && !Proxy.isProxyClass(limited.type())
				&& (method.getModifiers() & (Modifier.PRIVATE | Modifier.FINAL | Modifier.STATIC)) != 0) {
			throw invalid(first, method, "a method that can be proxied: neither private, final nor static");
		}
		if (!SUSPENDING && KotlinDetector.isSuspendingFunction(method)) {
			throw invalid(first, method,
					"kotlin-reflect and kotlinx-coroutines-reactor on the class path, because it is a suspending function");
		}
		for (RateLimitDeclaration declaration : limited.declarations()) {
			this.expressions.check(declaration, "key", declaration.key(), method);
			this.expressions.check(declaration, "cost", List.of(declaration.cost()), method);
			this.expressions.check(declaration, "unless", List.of(declaration.unless()), method);
		}
	}

	private static InvalidRateLimitAnnotationException invalid(RateLimitDeclaration declaration, Method method,
			String expected) {
		return declaration.invalid(new InvalidPolicyException("method", method.getName(), expected));
	}

}
