package nova.chat.protocol;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import nova.chat.protocol.ClientFrame.Auth;
import nova.chat.protocol.ClientFrame.Cancel;
import nova.chat.protocol.ClientFrame.Hello;
import nova.chat.protocol.ClientFrame.History;
import nova.chat.protocol.ClientFrame.Malformed;
import nova.chat.protocol.ClientFrame.Ping;
import nova.chat.protocol.ClientFrame.Resume;
import nova.chat.protocol.ClientFrame.Stop;
import nova.chat.protocol.ClientFrame.User;
import org.jspecify.annotations.Nullable;

/**
 * Reads client frames. Answers a value for whatever bytes it is given: depth and number length are bounded by Jackson's
 * own limits (1,000 levels, 1,000 digits), the size by the caller. A field given twice counts as last given.
 */
public final class ClientFrames {
    private static final JsonFactory JSON = new JsonFactory();
    private static final String USER_EXAMPLE = "{\"type\":\"user\",\"content\":\"…\"}";
    private static final String AUTH_EXAMPLE = "{\"type\":\"auth\",\"token\":\"sk-nova-…\"}";
    private static final String CANCEL_EXAMPLE = "{\"type\":\"cancel\",\"id\":\"…\"}";

    private final Fields fields;
    private final Dialect dialect;

    private ClientFrames(Fields fields, Dialect dialect) {
        this.fields = fields;
        this.dialect = dialect;
    }

    /** The frame that a text message holds. */
    public static ClientFrame read(Buffer message, Dialect dialect) {
        // From a string, not from bytes: given bytes, Jackson guesses at encodings, and a frame is UTF-8 by RFC 6455.
        try (JsonParser json = JSON.createParser(message.toString(StandardCharsets.UTF_8))) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                return bad("This is not a JSON object. Send, for example, " + USER_EXAMPLE + ".");
            }
            Fields fields = Fields.collect(json);
            if (json.nextToken() != null) {
                return bad("There is more after the JSON object. Send one object a message.");
            }
            return fields.unlessWrong(new ClientFrames(fields, dialect).frame());
        } catch (JsonProcessingException e) {
            return bad("This is not valid JSON. Send, for example, " + USER_EXAMPLE + ".");
        } catch (IOException e) {
            throw new IllegalStateException("reading bytes in memory failed", e);
        }
    }

    private ClientFrame frame() {
        String type = fields.text("type", USER_EXAMPLE);
        return dialect == Dialect.SEED ? seed(type) : v2(type);
    }

    private ClientFrame seed(String type) {
        return switch (type) {
            // The original knows no ids: a client that counts its messages must get an answer to each, whatever it
            // calls so.
            case "user" -> user(null, OnBusy.ENQUEUE);
            case "auth" -> auth();
            default -> unknown("user, auth");
        };
    }

    private ClientFrame v2(String type) {
        return switch (type) {
            case "hello" -> hello();
            case "auth" -> auth();
            case "user" -> user(fields.name("id"), fields.onBusy());
            case "stop" -> stop();
            case "cancel" -> cancel();
            case "resume" -> resume();
            case "history" -> history();
            case "ping" -> new Ping(fields.name("id"));
            default -> unknown("hello, auth, user, stop, cancel, resume, history, ping");
        };
    }

    private ClientFrame hello() {
        return new Hello(fields.optionalText("token"), fields.session(), fields.position(), fields.extras());
    }

    private ClientFrame auth() {
        String token = fields.text("token", AUTH_EXAMPLE);
        if (token.isEmpty()) {
            fields.bad("The field \"token\" is empty. Send " + AUTH_EXAMPLE + ".");
        }
        return new Auth(token);
    }

    private ClientFrame user(@Nullable String ref, OnBusy onBusy) {
        String content = fields.text("content", USER_EXAMPLE);
        if (Text.isBlank(content)) {
            fields.bad("The field \"content\" is blank. Write something in it.");
        }
        return new User(content, fields.session(), ref, onBusy);
    }

    private ClientFrame stop() {
        if (fields.has("turn_id") && fields.has("ref")) {
            fields.bad("Name the turn by \"turn_id\" or by \"ref\", not by both.");
        }
        return new Stop(fields.turn("turn_id"), fields.name("ref"));
    }

    private ClientFrame cancel() {
        if (!fields.has("id")) {
            fields.bad("The field \"id\" is missing. Send, for example, " + CANCEL_EXAMPLE + ".");
        }
        String ref = fields.name("id");
        return new Cancel(ref == null ? "" : ref);
    }

    private ClientFrame resume() {
        SessionId session = fields.session();
        Position from = fields.position();
        return session == null
                ? bad("The field \"session_id\" is missing. Name the session that is to go on.")
                : new Resume(session, from);
    }

    private ClientFrame history() {
        long limit = fields.integer("limit", 1, History.MAX_LIMIT, History.DEFAULT_LIMIT);
        return new History(fields.turn("before"), (int) limit);
    }

    private static ClientFrame unknown(String known) {
        return new Malformed(
                ErrorCode.UNSUPPORTED_TYPE, "This type of message is not known here. Known are: " + known + ".");
    }

    private static ClientFrame bad(String content) {
        return new Malformed(ErrorCode.BAD_FRAME, content);
    }
}
