package nova.chat.standin;

import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Set;
import java.util.function.Supplier;

/** What the Orchestrator answers when nobody scripted it: decides, and leaves the playing to {@link Exchange}. */
final class Api {
    private static final String KEY_HEADER = "x-api-key";

    private final Set<String> keys;
    private final Pace pace;
    private final Agents agents = new Agents(Agents.MAX);

    Api(Set<String> keys, Pace pace) {
        this.keys = keys;
        this.pace = pace;
    }

    Script answer(Recorded request) {
        Endpoint endpoint = request.endpoint();
        if (endpoint == null) {
            return Script.refusal(404, "Not Found");
        }
        if (!endpoint.method().equals(request.method())) {
            return Script.refusal(405, "Method Not Allowed").header("allow", endpoint.method());
        }
        return switch (endpoint) {
            case HEALTH -> Script.json(200, new JsonObject().put("status", "alive"));
            case IDENTITY -> Script.json(200, identity());
            case VALIDATE -> withKey(request, this::validated);
            case AGENTS -> withKey(request, () -> createAgent(Checked.agent(request.body())));
            case STREAM -> withKey(request, () -> stream(Checked.task(request.body())));
        };
    }

    private Script withKey(Recorded request, Supplier<Script> answer) {
        if (keys.isEmpty()) {
            return answer.get();
        }
        String key = request.header(KEY_HEADER);
        if (key == null || key.isEmpty()) {
            return Script.refusal(401, "Missing API key");
        }
        return keys.contains(key) ? answer.get() : Script.refusal(401, "Invalid API key");
    }

    private Script validated() {
        String name = keys.isEmpty() ? "dev-bypass" : "stand-in";
        return Script.json(200, new JsonObject().put("valid", true).put("name", name));
    }

    private Script createAgent(Checked checked) {
        if (!checked.sound()) {
            return checked.refusal();
        }
        return Script.json(
                201,
                new JsonObject()
                        .put("id", agents.create())
                        .put("config", checked.body().getJsonObject("config"))
                        .put("status", "idle")
                        .put(
                                "created_at",
                                Instant.now().truncatedTo(ChronoUnit.MICROS).toString())
                        .putNull("last_active"));
    }

    private Script stream(Checked checked) {
        if (!checked.sound()) {
            return checked.refusal();
        }
        if (!agents.use(checked.body().getString("agent_id"))) {
            return Script.refusal(404, "Agent not found");
        }
        return Delivery.of(Answers.to(checked.body().getJsonArray("messages")), pace);
    }

    private static JsonObject identity() {
        return new JsonObject()
                .put("name", "Nova")
                .put("greeting", "Hello! I am Nova's built-in stand-in. Say “help” to see what I can do.");
    }
}
