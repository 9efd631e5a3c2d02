package nova.chat.store;

import java.io.IOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import nova.chat.protocol.Message;
import nova.chat.protocol.TurnId;
import org.jspecify.annotations.Nullable;

/**
 * A message as it is kept, by both tenants: one JSON object in UTF-8.
 *
 * <p>Role and turn come first and in one spelling, so that a script finds a turn's message by comparing the head of
 * the bytes, its {@link #mark}, and parses nothing. The content comes last, so that a script may write one too.
 */
final class MessageJson {
    /** What the JSON adds to the content, about: a first guess at the size, so that most messages are written in one piece. */
    private static final int FRAME_BYTES = 240;

    private MessageJson() {}

    static byte[] encode(Message message) {
        return StoredJson.write(message.content().length() + FRAME_BYTES, String.valueOf(message.ref()), json -> {
            json.writeStringField("role", word(message.role()));
            json.writeStringField("turn", message.turn().value());
            StoredJson.writeIfThere(json, "ref", message.ref());
            json.writeStringField("at", message.at().toString());
            json.writeStringField("state", word(message.state()));
            json.writeStringField("content", message.content());
        });
    }

    /** The bytes with which every message of this role and turn begins, and no other. */
    static byte[] mark(Message.Role role, TurnId turn) {
        byte[] object = StoredJson.write(FRAME_BYTES, "", json -> {
            json.writeStringField("role", word(role));
            json.writeStringField("turn", turn.value());
        });
        return Arrays.copyOf(object, object.length - 1);
    }

    /**
     * Reads one back. Fields that this version does not know are passed over, and a state that it does not know counts
     * as a failed one: kept, but not built upon.
     *
     * @throws StoreUnavailable if it is no message
     */
    static Message decode(byte[] bytes) {
        try {
            Map<String, String> fields = StoredJson.read(bytes);
            return new Message(
                    word(Message.Role.USER).equals(StoredJson.field(fields, "role"))
                            ? Message.Role.USER
                            : Message.Role.ASSISTANT,
                    StoredJson.field(fields, "content"),
                    new TurnId(StoredJson.field(fields, "turn")),
                    fields.get("ref"),
                    Instant.parse(StoredJson.field(fields, "at")),
                    state(fields.get("state")));
        } catch (IOException | DateTimeParseException e) {
            // Without the cause: it quotes what the user wrote.
            throw new StoreUnavailable("a stored message cannot be read");
        }
    }

    private static Message.State state(@Nullable String word) {
        for (Message.State state : Message.State.values()) {
            if (word(state).equals(word)) {
                return state;
            }
        }
        return Message.State.FAILED;
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
