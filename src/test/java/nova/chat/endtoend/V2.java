package nova.chat.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import nova.chat.testing.Service;
import nova.chat.testing.TestClient;

/** A v2 client that does nothing by itself: for what is said, frame by frame. */
final class V2 implements AutoCloseable {
    private final TestClient client;
    private String session;
    private JsonObject at = new JsonObject();

    private V2(TestClient client) {
        this.client = client;
    }

    /** Connects, and has not said hello. */
    static V2 silent(Service service, String... headers) {
        return new V2(service.client("?v=2", headers));
    }

    /** In a session of its own. */
    static V2 fresh(Service service, String... events) {
        V2 client = silent(service);
        client.send(new JsonObject().put("type", "hello").put("events", List.of(events)));
        client.entered();
        return client;
    }

    /** Goes on where another was, or from the snapshot. */
    static V2 resuming(Service service, String session, JsonObject at) {
        V2 client = silent(service);
        client.send(at.copy().put("type", "hello").put("session_id", session));
        return client;
    }

    /** In single quotes, which are easier to read. */
    V2 send(String frame) {
        client.sendText(frame.replace('\'', '"'));
        return this;
    }

    V2 send(JsonObject frame) {
        if (frame.containsKey("last_seq")) {
            at = new JsonObject().put("epoch", frame.getString("epoch")).put("last_seq", frame.getLong("last_seq"));
        }
        client.sendText(frame.encode());
        return this;
    }

    /** Says something, and waits until it is acknowledged; what comes before belongs to the log and is answered too. */
    List<JsonObject> say(String content, String id) {
        send(new JsonObject().put("type", "user").put("content", content).put("id", id));
        return until("ack");
    }

    JsonObject next() {
        return seen(client.next());
    }

    JsonObject next(String type) {
        JsonObject frame = next();
        assertThat(frame.getString("type")).as(frame.encode()).isEqualTo(type);
        return frame;
    }

    /** All frames up to the first of this type. */
    List<JsonObject> until(String type) {
        List<JsonObject> frames = new ArrayList<>();
        do {
            frames.add(next());
        } while (!type.equals(last(frames).getString("type")));
        return frames;
    }

    /** The first frame of this type, whatever comes before it. */
    JsonObject find(String type) {
        return last(until(type));
    }

    /** {@code system}, as it says whether the session goes on, and all up to {@code synced}. */
    List<JsonObject> entered() {
        List<JsonObject> frames = until("synced");
        assertThat(frames.get(0).getString("type")).isEqualTo("system");
        return frames;
    }

    String session() {
        return session;
    }

    /** What it would resume from: {@code epoch} and {@code last_seq}. */
    JsonObject at() {
        return at.copy();
    }

    long last() {
        return at.getLong("last_seq");
    }

    boolean hears(long ms) {
        return client.hears(ms);
    }

    int closeCode() {
        return client.closeCode();
    }

    boolean isClosed() {
        return client.isClosed();
    }

    void vanish() {
        client.vanish();
    }

    @Override
    public void close() {
        client.close();
    }

    static JsonObject last(List<JsonObject> frames) {
        return frames.get(frames.size() - 1);
    }

    static List<JsonObject> only(String type, List<JsonObject> frames) {
        return frames.stream()
                .filter(frame -> type.equals(frame.getString("type")))
                .toList();
    }

    /** The text of all {@code stream_chunk} among them. */
    static String text(List<JsonObject> frames) {
        StringBuilder text = new StringBuilder();
        only("stream_chunk", frames).forEach(frame -> text.append(frame.getString("delta")));
        return text.toString();
    }

    /** Keeps to the one rule: no gap, nothing twice; it is undisturbed, so the server must not even try. */
    private JsonObject seen(JsonObject frame) {
        switch (frame.getString("type")) {
            case "system" -> session = frame.getString("session_id");
            case "history", "synced" -> {
                if (frame.getBoolean("reset", true)) {
                    at = new JsonObject().put("epoch", frame.getString("epoch")).put("last_seq", frame.getLong("seq"));
                }
            }
            case "ack", "pong", "ping" -> {}
            default -> {
                if (frame.containsKey("seq")) {
                    assertThat(frame.getLong("from", frame.getLong("seq")))
                            .as("right after %s: %s", at, frame)
                            .isEqualTo(last() + 1);
                    at.put("last_seq", frame.getLong("seq"));
                }
            }
        }
        return frame;
    }
}
