package nova.chat.session;

import io.vertx.core.buffer.Buffer;
import java.util.List;
import nova.chat.protocol.Message;
import nova.chat.protocol.Position;
import nova.chat.protocol.TurnId;
import org.jspecify.annotations.Nullable;

/**
 * A conversation as it stands at a position of its log.
 *
 * @param messages oldest first
 * @param turn the one that runs; null for none
 * @param partial its answer up to the position, as the inside of a JSON string literal
 */
public record Snapshot(List<Message> messages, @Nullable TurnId turn, Buffer partial, Position at) {}
