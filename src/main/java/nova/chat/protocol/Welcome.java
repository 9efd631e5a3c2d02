package nova.chat.protocol;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a v2 client is told when it comes into a session, or when the session goes on in a new epoch.
 *
 * @param content for people
 * @param agentId the Orchestrator's agent; null until the session has one
 * @param top where the log ends now: for information, the client's position does not move by it
 * @param fresh why the client's position is of no use; null where the session goes on for it
 * @param turn what runs, or is first to; null for nothing
 * @param identity who answers here; null where nobody has said so
 */
public record Welcome(
        String content,
        @Nullable String agentId,
        Position top,
        @Nullable Fresh fresh,
        @Nullable Pending turn,
        Limits limits,
        @Nullable Identity identity) {

    /** Why a client begins anew. */
    public enum Fresh {
        NEW,
        /** Nothing is known of a session of that name. */
        UNKNOWN_SESSION,
        /** The log is gone, being old. */
        EXPIRED,
        /** What followed the position is gone, being too much. */
        TRIMMED,
        EPOCH_CHANGED,
        /** The log never reached the position. */
        AHEAD,
        /** The session that was asked for is somebody else's; this is another. */
        FORBIDDEN_SESSION;

        String wire() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** A turn that has not ended. */
    public record Pending(TurnId turn, boolean running) {
        String json() {
            return FrameWriter.object()
                    .field("id", turn.value())
                    .field("state", running ? "running" : "waiting")
                    .end();
        }
    }

    /** Who answers, as a person is to see it. */
    public record Identity(String name, String greeting) {
        String json() {
            return FrameWriter.object()
                    .field("name", name)
                    .field("greeting", greeting)
                    .end();
        }
    }

    /**
     * What a client must keep to.
     *
     * @param maxMessageBytes one larger ends the connection
     * @param maxWaiting messages that wait in a session
     * @param pingMs after so long without another frame a {@code ping} comes: whoever hears nothing for clearly longer
     *     has lost the connection
     */
    public record Limits(int maxMessageBytes, int maxWaiting, long pingMs) {
        String json() {
            return FrameWriter.object()
                    .field("max_message_bytes", maxMessageBytes)
                    .field("max_waiting", maxWaiting)
                    .field("ping_ms", pingMs)
                    .end();
        }
    }
}
