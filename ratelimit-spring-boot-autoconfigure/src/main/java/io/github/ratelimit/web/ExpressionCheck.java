package io.github.ratelimit.web;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import io.github.ratelimit.InvalidPolicyException;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.expression.spel.SpelNode;
import org.springframework.expression.spel.ast.Assign;
import org.springframework.expression.spel.ast.BeanReference;
import org.springframework.expression.spel.ast.CompoundExpression;
import org.springframework.expression.spel.ast.FunctionReference;
import org.springframework.expression.spel.ast.Indexer;
import org.springframework.expression.spel.ast.InlineMap;
import org.springframework.expression.spel.ast.Literal;
import org.springframework.expression.spel.ast.MethodReference;
import org.springframework.expression.spel.ast.OpEQ;
import org.springframework.expression.spel.ast.OpGE;
import org.springframework.expression.spel.ast.OpGT;
import org.springframework.expression.spel.ast.OpLE;
import org.springframework.expression.spel.ast.OpLT;
import org.springframework.expression.spel.ast.OpNE;
import org.springframework.expression.spel.ast.Projection;
import org.springframework.expression.spel.ast.PropertyOrFieldReference;
import org.springframework.expression.spel.ast.Selection;
import org.springframework.expression.spel.ast.VariableReference;
import org.springframework.util.ClassUtils;

/**
 * Finds mistakes in an expression that would be seen with the first request else: what is
 * asked about does not have what is named, a bean is not there, or what is compared is
 * never equal.
 *
 * @param part the part of the policy that the expression is written in
 * @param text the expression
 * @param expected what would have been right
 * @param root what is asked about
 * @param beans the beans that can be named
 */
record ExpressionCheck(String part, String text, String expected, Class<?> root, BeanFactory beans) {

	private static final Set<Class<?>> COMPARISONS = Set.of(OpEQ.class, OpNE.class, OpLT.class, OpLE.class, OpGT.class,
			OpGE.class);

	/** What can be asked of any object. */
	private static final Set<String> OF_ALL = Stream
		.concat(Stream.of("class"), Arrays.stream(Object.class.getMethods()).map(Method::getName))
		.collect(Collectors.toSet());

	private static final Set<String> ROOT = Set.of("#root", "#this");

	/**
	 * Looks at an expression.
	 * @param whole the expression
	 * @param results what it may result in, if that is certain
	 */
	void check(SpelNode whole, Set<Class<?>> results) {
		check(whole);
		Class<?> type = (whole instanceof Literal literal && literal.getLiteralValue().getValue() != null)
				? literal.getLiteralValue().getValue().getClass() : type(whole);
		if (type != null && !results.contains(type)) {
			throw new InvalidPolicyException(this.part, this.text, this.expected);
		}
	}

	private void check(SpelNode node) {
		if (node instanceof Assign) {
			throw invalid("nothing can be assigned; to compare is ==");
		}
		if (node instanceof PropertyOrFieldReference property) {
			checkName(node, property.getName(), 0);
		}
		else if (node instanceof MethodReference method) {
			checkName(node, method.getName(), node.getChildCount());
		}
		else if (node instanceof FunctionReference
				|| node instanceof VariableReference && !ROOT.contains(node.toStringAST())) {
			throw invalid("there is no " + node.toStringAST());
		}
		else if (node instanceof BeanReference && !this.beans.containsBean(bean(node))) {
			throw invalid("there is no bean '" + bean(node) + "'");
		}
		else if (COMPARISONS.contains(node.getClass())) {
			checkComparison(node.getChild(0), node.getChild(1));
			checkComparison(node.getChild(1), node.getChild(0));
		}
		for (SpelNode child : children(node)) {
			check(child);
		}
	}

	/**
	 * What is asked of the same root: not what follows on something else, but its
	 * arguments; and neither what looks at elements nor keys of maps.
	 */
	private static List<SpelNode> children(SpelNode node) {
		List<SpelNode> children = new ArrayList<>();
		boolean compound = node instanceof CompoundExpression;
		for (int i = 0; i < node.getChildCount(); i++) {
			SpelNode child = node.getChild(i);
			boolean ofRoot = !compound || i == 0 || (i == 1 && ROOT.contains(node.getChild(0).toStringAST()));
			boolean key = child instanceof PropertyOrFieldReference
					&& (node instanceof Indexer || (node instanceof InlineMap && i % 2 == 0));
			if (child instanceof Selection || child instanceof Projection || key) {
				continue;
			}
			if (ofRoot) {
				children.add(child);
			}
			else {
				children.addAll(children(child));
			}
		}
		return children;
	}

	private void checkName(SpelNode node, String name, int arguments) {
		List<String> known = methods().map(Method::getName).distinct().sorted().toList();
		if (OF_ALL.contains(name) || methods()
			.anyMatch((method) -> method.getName().equals(name) && method.getParameterCount() == arguments)) {
			return;
		}
		if (known.contains(name)) {
			throw invalid("there is no '" + name + "' with " + arguments + " arguments");
		}
		String meant = new InvalidPolicyException(this.part, name, this.expected, known).meant();
		throw new InvalidPolicyException(this.part, this.text,
				this.expected + ", but: there is no '" + name + "', only " + String.join(", ", known),
				(meant != null) ? List.of(replaced(node, name, meant)) : List.of());
	}

	private Stream<Method> methods() {
		return Arrays.stream(this.root.getMethods());
	}

	private String replaced(SpelNode node, String name, String meant) {
		int start = node.getStartPosition();
		return this.text.substring(0, start) + meant + this.text.substring(start + name.length());
	}

	private void checkComparison(SpelNode asked, SpelNode constant) {
		Class<?> type = type(asked);
		Object value = (constant instanceof Literal literal) ? literal.getLiteralValue().getValue() : null;
		if (type != null && value != null && !comparable(type, value)) {
			throw invalid(asked.toStringAST() + " is never like " + constant.toStringAST() + ", but "
					+ (Number.class.isAssignableFrom(type) ? "a number" : "a " + type.getSimpleName()));
		}
	}

	private static boolean comparable(Class<?> type, Object value) {
		return Number.class.isAssignableFrom(type) ? value instanceof Number : type.isInstance(value);
	}

	private @Nullable Class<?> type(SpelNode asked) {
		String name = (asked instanceof PropertyOrFieldReference property) ? property.getName()
				: (asked instanceof MethodReference method) ? method.getName() : null;
		return methods().filter((method) -> method.getName().equals(name))
			.<Class<?>>map((method) -> ClassUtils.resolvePrimitiveIfNecessary(method.getReturnType()))
			.findFirst()
			.orElse(null);
	}

	private static String bean(SpelNode reference) {
		return reference.toStringAST().replaceAll("[@'&]", "");
	}

	private InvalidPolicyException invalid(String mistake) {
		return new InvalidPolicyException(this.part, this.text, this.expected + ", but: " + mistake);
	}

}
