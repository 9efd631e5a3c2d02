package nova.chat.standin;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.time.Duration;

/** The Orchestrator's words in its event stream, as bytes. */
public final class Sse {
    /** The {@code data:} that ends an answer. */
    public static final String DONE = "[DONE]";

    private Sse() {}

    /** One event; {@code data} holds no line break. */
    public static Buffer event(String data) {
        return Buffer.buffer("data: " + data + "\n\n");
    }

    /** The event of a piece of the answer. */
    public static Buffer text(String delta) {
        return event(new JsonObject().put("t", delta).encode());
    }

    /** The {@code data:} of a heartbeat. */
    public static String heartbeat(Duration silence) {
        return new JsonObject().put("hb", silence.toMillis()).encode();
    }

    /**
     * The text of delta {@code index} in {@link Script#deltas}: the last {@code chars} digits of the index, led by {@code x}.
     * Numbered, so that one that is lost, doubled or out of its place shows.
     */
    public static String delta(long index, int chars) {
        String digits = Long.toString(index);
        return digits.length() >= chars
                ? digits.substring(digits.length() - chars)
                : "x".repeat(chars - digits.length()) + digits;
    }
}
