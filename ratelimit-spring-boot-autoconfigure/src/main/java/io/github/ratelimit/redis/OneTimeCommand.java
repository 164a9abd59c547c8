package io.github.ratelimit.redis;

import java.nio.charset.StandardCharsets;

import io.lettuce.core.RedisException;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.protocol.AsyncCommand;
import io.lettuce.core.protocol.Command;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import io.netty.buffer.ByteBuf;

/**
 * A command that is never written a second time, unless a server has refused it. Lettuce
 * writes again what had no answer when its connection was lost; but a server may have run
 * it by then. It also writes, in a cluster, what was given up. In place of either it
 * writes a command that does nothing, since it counts on an answer.
 */
final class OneTimeCommand extends AsyncCommand<byte[], byte[], long[]> {

	private static final byte[] NOTHING = "*1\r\n$4\r\nPING\r\n".getBytes(StandardCharsets.US_ASCII);

	private final NumbersOutput output;

	private boolean written;

	private OneTimeCommand(Command<byte[], byte[], long[]> command, NumbersOutput output) {
		super(command);
		this.output = output;
	}

	static OneTimeCommand of(CommandType type, CommandArgs<byte[], byte[]> args) {
		NumbersOutput output = new NumbersOutput();
		return new OneTimeCommand(new Command<>(type, output, args), output);
	}

	static CommandArgs<byte[], byte[]> args() {
		return new CommandArgs<>(ByteArrayCodec.INSTANCE);
	}

	@Override
	public void encode(ByteBuf buffer) {
		if (isDone() || (this.written && !this.output.refused())) {
			buffer.writeBytes(NOTHING);
			lose();
		}
		else {
			this.written = true;
			super.encode(buffer);
		}
	}

	/** Fails, since nobody knows any more whether the server has run it. */
	void lose() {
		if (!isDone()) {
			completeExceptionally(new RedisException("The connection was lost before the answer came"));
		}
	}

}
