package io.github.ratelimit.redis;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;

/**
 * A connection to one server, and the commands that are under way on it: they fail at
 * once when it is lost.
 */
final class RedisLink implements RedisLinks, RedisConnectionStateListener {

	private final StatefulConnection<byte[], byte[]> connection;

	private final StatefulConnection<byte[], byte[]> sender;

	private final CompletableFuture<RedisLink> ready = CompletableFuture.completedFuture(this);

	private final Set<OneTimeCommand> underWay = ConcurrentHashMap.newKeySet();

	/**
	 * Creates a link.
	 * @param connection the connection to the server
	 * @param sender what sends over that connection, and in a cluster follows the server
	 * to another one
	 */
	RedisLink(StatefulConnection<byte[], byte[]> connection, StatefulConnection<byte[], byte[]> sender) {
		this.connection = connection;
		this.sender = sender;
	}

	boolean isOpen() {
		return this.connection.isOpen();
	}

	boolean isOver(StatefulConnection<byte[], byte[]> other) {
		return this.connection == other;
	}

	/** Sends a command once. */
	RedisFuture<long[]> send(CommandType type, CommandArgs<byte[], byte[]> args) {
		OneTimeCommand command = OneTimeCommand.of(type, args);
		this.underWay.add(command);
		command.whenComplete((reply, failure) -> this.underWay.remove(command));
		this.sender.dispatch(command);
		return command;
	}

	@Override
	public void onRedisDisconnected(RedisChannelHandler<?, ?> lost) {
		this.underWay.forEach(OneTimeCommand::lose);
	}

	/** All keys are here. */
	@Override
	public CompletableFuture<RedisLink> to(byte[] key) {
		return this.ready;
	}

	/** The client follows a server by itself. */
	@Override
	public void refresh() {
	}

}
