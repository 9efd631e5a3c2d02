package nova.chat.store;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import nova.chat.protocol.Message;
import nova.chat.protocol.TurnId;

/**
 * A message as it is kept, by both tenants: one JSON object in UTF-8.
 *
 * <p>Role and turn come first and in one spelling, so that a script finds a turn's message by comparing the head of
 * the bytes, its {@link #mark}, and parses nothing.
 */
final class MessageJson {
    /**
     * By default the parser stops at 20 million characters, less than an operator may allow for an answer, and the
     * writer escapes what is beyond the BMP: twelve bytes for an emoji instead of four.
     */
    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
            .build();

    /** What the JSON adds to the content, about: a first guess at the size, so that most messages are written in one piece. */
    private static final int FRAME_BYTES = 160;

    private MessageJson() {}

    static byte[] encode(Message message) {
        var bytes = new ByteArrayOutputStream(message.content().length() + FRAME_BYTES);
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            head(json, message.role(), message.turn());
            json.writeStringField("at", message.at().toString());
            json.writeStringField("state", word(message.state()));
            json.writeStringField("content", message.content());
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
        return bytes.toByteArray();
    }

    /** The bytes with which every message of this role and turn begins, and no other. */
    static byte[] mark(Message.Role role, TurnId turn) {
        var bytes = new ByteArrayOutputStream();
        try {
            JsonGenerator json = JSON.createGenerator(bytes);
            head(json, role, turn);
            json.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
        return bytes.toByteArray();
    }

    private static void head(JsonGenerator json, Message.Role role, TurnId turn) throws IOException {
        json.writeStartObject();
        json.writeStringField("role", word(role));
        json.writeStringField("turn", turn.value());
    }

    /**
     * Reads one back. Fields that this version does not know are passed over, and a state that it does not know counts
     * as a failed one: kept, but not built upon.
     *
     * @throws StoreUnavailable if it is no message
     */
    static Message decode(byte[] bytes) {
        try {
            Map<String, String> fields = fields(bytes);
            return new Message(
                    word(Message.Role.USER).equals(field(fields, "role")) ? Message.Role.USER : Message.Role.ASSISTANT,
                    field(fields, "content"),
                    new TurnId(field(fields, "turn")),
                    Instant.parse(field(fields, "at")),
                    word(Message.State.COMPLETE).equals(fields.get("state"))
                            ? Message.State.COMPLETE
                            : Message.State.FAILED);
        } catch (IOException | DateTimeParseException e) {
            // Without the cause: it quotes what the user wrote.
            throw new StoreUnavailable("a stored message cannot be read");
        }
    }

    private static Map<String, String> fields(byte[] bytes) throws IOException {
        Map<String, String> fields = new HashMap<>();
        try (JsonParser json = JSON.createParser(bytes)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("not an object");
            }
            for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
                if (json.nextToken() == JsonToken.VALUE_STRING) {
                    fields.put(name, json.getText());
                } else {
                    json.skipChildren();
                }
            }
        }
        return fields;
    }

    private static String field(Map<String, String> fields, String name) throws IOException {
        String value = fields.get(name);
        if (value == null) {
            throw new IOException("no " + name);
        }
        return value;
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
