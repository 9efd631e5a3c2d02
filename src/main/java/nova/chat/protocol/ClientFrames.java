package nova.chat.protocol;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import nova.chat.protocol.ClientFrame.Auth;
import nova.chat.protocol.ClientFrame.Malformed;
import nova.chat.protocol.ClientFrame.User;
import org.jspecify.annotations.Nullable;

/**
 * Reads client frames. Answers a value for whatever bytes it is given: depth and number length are bounded by Jackson's
 * own limits (1,000 levels, 1,000 digits), the size by the caller. A field given twice counts as last given.
 */
public final class ClientFrames {
    private static final JsonFactory JSON = new JsonFactory();
    private static final String EXAMPLE = "{\"type\":\"user\",\"content\":\"…\"}";

    /** The fields that we read; each keeps its token's kind, since a wrong type deserves its own words. */
    private @Nullable Field type;

    private @Nullable Field content;
    private @Nullable Field session;
    private @Nullable Field token;

    private record Field(JsonToken kind, String text) {
        boolean isText() {
            return kind == JsonToken.VALUE_STRING;
        }
    }

    private ClientFrames() {}

    /** The frame that a text message holds. */
    public static ClientFrame read(Buffer message) {
        // From a string, not from bytes: given bytes, Jackson guesses at encodings, and a frame is UTF-8 by RFC 6455.
        try (JsonParser json = JSON.createParser(message.toString(StandardCharsets.UTF_8))) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                return bad("This is not a JSON object. Send, for example, " + EXAMPLE + ".");
            }
            ClientFrames fields = new ClientFrames();
            fields.collect(json);
            if (json.nextToken() != null) {
                return bad("There is more after the JSON object. Send one object a message.");
            }
            return fields.frame();
        } catch (JsonProcessingException e) {
            return bad("This is not valid JSON. Send, for example, " + EXAMPLE + ".");
        } catch (IOException e) {
            throw new IllegalStateException("reading bytes in memory failed", e);
        }
    }

    private void collect(JsonParser json) throws IOException {
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            JsonToken kind = json.nextToken();
            Field field = new Field(kind, kind == JsonToken.VALUE_STRING ? json.getText() : "");
            json.skipChildren();
            switch (name) {
                case "type" -> type = field;
                case "content" -> content = field;
                case "session_id" -> session = field;
                case "token" -> token = field;
                default -> {} // unknown fields are for versions to come
            }
        }
    }

    private ClientFrame frame() {
        if (type == null || !type.isText()) {
            return bad("The field \"type\" is missing or not a string. Send, for example, " + EXAMPLE + ".");
        }
        return switch (type.text()) {
            case "user" -> user();
            case "auth" -> auth();
            default ->
                new Malformed(
                        ErrorCode.UNSUPPORTED_TYPE, "This type of message is not known here. Known are: user, auth.");
        };
    }

    private ClientFrame user() {
        if (content == null || !content.isText()) {
            return bad("The field \"content\" is missing or not a string. Send, for example, " + EXAMPLE + ".");
        }
        if (Text.isBlank(content.text())) {
            return bad("The field \"content\" is blank. Write something in it.");
        }
        if (session == null || session.kind() == JsonToken.VALUE_NULL) {
            return new User(content.text(), Optional.empty());
        }
        Optional<SessionId> id = session.isText() ? SessionId.parse(session.text()) : Optional.empty();
        return id.isPresent()
                ? new User(content.text(), id)
                : new Malformed(
                        ErrorCode.INVALID_SESSION_ID,
                        "The field \"session_id\" must be 1 to 128 of the characters A-Z a-z 0-9 _ - or be left out.");
    }

    private ClientFrame auth() {
        return token != null && token.isText() && !token.text().isEmpty()
                ? new Auth(token.text())
                : bad(
                        "The field \"token\" is missing or not a string. Send {\"type\":\"auth\",\"token\":\"sk-nova-…\"}.");
    }

    private static ClientFrame bad(String content) {
        return new Malformed(ErrorCode.BAD_FRAME, content);
    }
}
