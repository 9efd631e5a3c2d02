package nova.chat.standin;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A request's body, and what FastAPI would have against it.
 *
 * @param body empty when it is no object
 * @param problems in FastAPI's form, each with {@code type}, {@code loc} and {@code msg}; empty when the body is sound
 */
record Checked(JsonObject body, JsonArray problems) {
    private static final Pattern UUID = Pattern.compile("(?i)[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    private static final Set<String> ROLES = Set.of("user", "assistant");

    static Checked agent(Buffer bytes) {
        Checked checked = parse(bytes);
        if (checked.sound()) {
            JsonObject config = checked.object(checked.body, "config", "body");
            if (config != null) {
                checked.text(config, "name", "body", "config");
            }
        }
        return checked;
    }

    static Checked task(Buffer bytes) {
        Checked checked = parse(bytes);
        if (checked.sound()) {
            String agent = checked.text(checked.body, "agent_id", "body");
            if (agent != null && !UUID.matcher(agent).matches()) {
                checked.problem("uuid_parsing", "Input should be a valid UUID", "body", "agent_id");
            }
            checked.messages();
        }
        return checked;
    }

    boolean sound() {
        return problems.isEmpty();
    }

    Script refusal() {
        return Script.json(422, new JsonObject().put("detail", problems));
    }

    private static Checked parse(Buffer bytes) {
        Checked checked = new Checked(new JsonObject(), new JsonArray());
        try {
            if (Json.decodeValue(bytes) instanceof JsonObject object) {
                return new Checked(object, checked.problems);
            }
            checked.problem("model_attributes_type", "Input should be a valid dictionary or object", "body");
        } catch (DecodeException malformed) {
            checked.problem("json_invalid", "JSON decode error", "body", 0);
        }
        return checked;
    }

    private void messages() {
        Object value = present(body, "messages", "body");
        if (!(value instanceof JsonArray list)) {
            if (value != null) {
                problem("list_type", "Input should be a valid list", "body", "messages");
            }
            return;
        }
        if (list.isEmpty()) {
            problem("too_short", "List should have at least 1 item after validation, not 0", "body", "messages");
        }
        for (int i = 0; i < list.size(); i++) {
            message(list.getValue(i), i);
        }
    }

    private void message(@Nullable Object value, int index) {
        if (!(value instanceof JsonObject message)) {
            problem("model_attributes_type", "Input should be a valid dictionary or object", "body", "messages", index);
            return;
        }
        String role = text(message, "role", "body", "messages", index);
        if (role != null && !ROLES.contains(role)) {
            problem("literal_error", "Input should be 'user' or 'assistant'", "body", "messages", index, "role");
        }
        text(message, "content", "body", "messages", index);
    }

    private @Nullable JsonObject object(JsonObject owner, String name, Object... at) {
        Object value = present(owner, name, at);
        if (value == null || value instanceof JsonObject) {
            return (JsonObject) value;
        }
        problem("model_attributes_type", "Input should be a valid dictionary or object", path(at, name));
        return null;
    }

    /** Also called for its complaint alone. */
    @CanIgnoreReturnValue
    private @Nullable String text(JsonObject owner, String name, Object... at) {
        Object value = present(owner, name, at);
        if (value == null || value instanceof String) {
            return (String) value;
        }
        problem("string_type", "Input should be a valid string", path(at, name));
        return null;
    }

    /** A null counts as missing, which FastAPI tells apart: to a client the two are one mistake. */
    private @Nullable Object present(JsonObject owner, String name, Object... at) {
        Object value = owner.getValue(name);
        if (value == null) {
            problem("missing", "Field required", path(at, name));
        }
        return value;
    }

    private static Object[] path(Object[] at, String name) {
        Object[] path = Arrays.copyOf(at, at.length + 1);
        path[at.length] = name;
        return path;
    }

    private void problem(String type, String msg, Object... loc) {
        problems.add(
                new JsonObject().put("type", type).put("loc", JsonArray.of(loc)).put("msg", msg));
    }
}
