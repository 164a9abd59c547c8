package io.github.ratelimit.annotation

import java.io.File
import java.net.URLClassLoader
import java.util.concurrent.Callable
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CompletionStage
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.atomic.AtomicInteger

import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.async
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.runBlocking
import org.assertj.core.api.Assertions.assertThat
import org.assertj.core.api.Assertions.assertThatExceptionOfType
import org.junit.jupiter.api.Test
import org.junit.jupiter.params.ParameterizedTest
import org.junit.jupiter.params.provider.ValueSource

import io.github.ratelimit.Charge
import io.github.ratelimit.Decision
import io.github.ratelimit.RateLimitExceededException
import io.github.ratelimit.RateLimitListener
import io.github.ratelimit.RateLimitStore
import io.github.ratelimit.autoconfigure.MemoryRateLimitStoreAutoConfiguration
import io.github.ratelimit.autoconfigure.RateLimitAnnotationAutoConfiguration
import io.github.ratelimit.autoconfigure.RateLimitAutoConfiguration
import io.github.ratelimit.memory.MemoryRateLimitStore

import org.springframework.aop.support.AopUtils
import org.springframework.boot.autoconfigure.AutoConfigurations
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration
import org.springframework.boot.test.context.runner.ApplicationContextRunner

/**
 * Tests of limits on what Kotlin suspends, in beans that are not handlers.
 */
class SuspendingFunctionTests {

	private val decisions = CopyOnWriteArrayList<Decision>()

	private val runner = runner().withBean(RateLimitListener::class.java, { RateLimitListener { decisions.add(it) } })

	@Test
	fun suspendingCallIsRejected() = with<Calls> { calls ->
		assertThat(calls.find("a")).isEqualTo("a")
		assertThat(calls.find(null)).isNull()
		assertThatExceptionOfType(RateLimitExceededException::class.java)
			.isThrownBy { runBlocking { calls.find("c") } }
			.withMessage("Rate limit exceeded: 'two' (2/1m)")
		assertThat(calls.count).hasValue(2)
		assertThat(decisions).hasSize(3)
	}

	@Test
	fun suspendingCallFailsAsItsFunctionDoes() = with<Calls> { calls ->
		assertThatExceptionOfType(IllegalStateException::class.java).isThrownBy { runBlocking { calls.fail() } }
			.withMessage("failed")
	}

	@Test
	fun suspendingCallWaitsForTheStoreWithoutItsThreadAndGoesOnThere() {
		val store = LateStore()
		runner.withBean(RateLimitStore::class.java, { store }).withBean(Calls::class.java).run { context ->
			runBlocking {
				val call = async(start = CoroutineStart.UNDISPATCHED) { context.getBean(Calls::class.java).thread() }
				assertThat(call.isCompleted).isFalse()
				Thread({ store.answer() }, "store").start()
				assertThat(call.await()).isSameAs(Thread.currentThread())
			}
		}
	}

	@Test
	fun flowIsChargedWithEveryCollection() = with<Calls> { calls ->
		assertCharged(calls, calls.flow("a"))
	}

	@Test
	fun flowOfASuspendingFunctionIsChargedWithEveryCollection() = with<Calls> { calls ->
		assertCharged(calls, calls.suspendingFlow("a"))
	}

	private suspend fun assertCharged(calls: Calls, flow: Flow<String>) {
		assertThat(decisions).isEmpty()
		assertThat(flow.toList()).containsExactly("a", "a")
		assertThat(flow.toList()).containsExactly("a", "a")
		assertThatExceptionOfType(RateLimitExceededException::class.java).isThrownBy { runBlocking { flow.toList() } }
		assertThat(decisions).hasSize(3)
		assertThat(calls.count).hasValue(2)
	}

	@Test
	fun keysAndCostsAreExpressionsOverTheArgumentsAlone() = with<Expressions> { calls ->
		calls.named(Order("42", 3), "eu")
		calls.indexed("alice")
		calls.root("x")
		assertThat(decisions.map { it.states()[0].charge() }).extracting<String>(Charge::key)
			.containsExactly("42,eu", "alice", "root-1")
		assertThat(decisions[0].states()[0].charge().cost()).isEqualTo(3)
	}

	@Test
	fun continuationIsNoVariable() {
		runner.withBean(KeyedByContinuation::class.java).run { context ->
			assertThat(context).failure.hasStackTraceContaining(
				"key '#p1': expected variables out of [#a0, #p0, #root, #this, #user], not #p1")
		}
	}

	@ParameterizedTest
	@ValueSource(booleans = [true, false])
	fun suspendingCallThroughAnInterfaceIsLimited(proxyTargetClass: Boolean) {
		runner.withPropertyValues("spring.aop.proxy-target-class=$proxyTargetClass")
			.withBean(Finder::class.java, { NamedFinder() })
			.run { context ->
				val finder = context.getBean(Finder::class.java)
				assertThat(AopUtils.isCglibProxy(finder)).isEqualTo(proxyTargetClass)
				@Suppress("UNCHECKED_CAST")
				runBlocking { assertThat((finder as Finder<String>).find("a")).isEqualTo("a") }
				assertThat(decisions.map { it.states()[0].charge().key() }).containsExactly("a")
			}
	}

	@ParameterizedTest
	@ValueSource(strings = ["kotlinx-coroutines-reactor", "kotlin-reflect"])
	fun startStopsWithoutWhatSuspendsThroughProxies(missing: String) {
		val classPath = System.getProperty("java.class.path").split(File.pathSeparator)
		assertThat(classPath).anyMatch { it.contains(missing) }
		val urls = classPath.filterNot { it.contains(missing) }.map { File(it).toURI().toURL() }.toTypedArray()
		val thread = Thread.currentThread()
		val before = thread.contextClassLoader
		URLClassLoader(urls, ClassLoader.getPlatformClassLoader()).use { loader ->
			thread.contextClassLoader = loader
			try {
				val start = loader.loadClass(Start::class.java.name).getDeclaredConstructor().newInstance()
				assertThat((start as Callable<*>).call().toString()).contains("Calls.", "method '",
					"expected kotlin-reflect and kotlinx-coroutines-reactor on the class path")
			}
			finally {
				thread.contextClassLoader = before
			}
		}
	}

	private inline fun <reified T : Any> with(crossinline code: suspend (T) -> Unit) {
		runner.withBean(T::class.java).run { context ->
			assertThat(context).hasNotFailed()
			runBlocking { code(context.getBean(T::class.java)) }
		}
	}

	/** Tells why a start fails. */
	class Start : Callable<String> {

		override fun call(): String {
			var failure = ""
			runner().withBean(Calls::class.java).run { context -> failure = context.startupFailure.toString() }
			return failure
		}

	}

	open class Calls {

		open val count = AtomicInteger()

		@RateLimit("two")
		open suspend fun find(text: String?): String? {
			delay(1)
			count.incrementAndGet()
			return text
		}

		@RateLimit("two")
		open suspend fun fail() {
			delay(1)
			throw IllegalStateException("failed")
		}

		@RateLimit("two")
		open suspend fun thread(): Thread = Thread.currentThread()

		@RateLimit("two")
		open fun flow(text: String): Flow<String> {
			count.incrementAndGet()
			return flow {
				emit(text)
				emit(text)
			}
		}

		@RateLimit("two")
		open suspend fun suspendingFlow(text: String): Flow<String> {
			delay(1)
			return flow(text)
		}

	}

	data class Order(val id: String, val items: Long)

	open class Expressions {

		@RateLimit(limits = ["100/1m"], key = ["#order.id", "#region"], cost = "#order.items")
		open suspend fun named(order: Order, region: String) = delay(1)

		@RateLimit(limits = ["100/1m"], key = ["#p0"])
		open suspend fun indexed(user: String) = delay(1)

		@RateLimit(limits = ["100/1m"], key = ["#root.methodName + '-' + #root.args.length"])
		open suspend fun root(text: String) = delay(1)

	}

	open class KeyedByContinuation {

		@RateLimit(limits = ["100/1m"], key = ["#p1"])
		open suspend fun call(user: String) = delay(1)

	}

	interface Finder<T> {

		@RateLimit(limits = ["100/1m"], key = ["#id"])
		suspend fun find(id: T): String

	}

	open class NamedFinder : Finder<String> {

		override suspend fun find(id: String): String {
			delay(1)
			return id
		}

	}

	/** Decides when it is told to. */
	class LateStore(private val store: RateLimitStore = MemoryRateLimitStore()) : RateLimitStore by store {

		private val told = CompletableFuture<Unit>()

		override fun acquire(charges: List<Charge>): CompletionStage<Decision> =
			told.thenCompose { store.acquire(charges) }

		fun answer() = told.complete(Unit)

	}

}

private fun runner() = ApplicationContextRunner()
	.withConfiguration(AutoConfigurations.of(RateLimitAutoConfiguration::class.java,
		MemoryRateLimitStoreAutoConfiguration::class.java, RateLimitAnnotationAutoConfiguration::class.java,
		AopAutoConfiguration::class.java))
	.withPropertyValues("ratelimit.store.type=memory", "ratelimit.policies.two.limits=2/1m")
