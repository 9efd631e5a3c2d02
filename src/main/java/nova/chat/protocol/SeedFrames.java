package nova.chat.protocol;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Writes what seed clients get (PROTOCOL.md, "From the server"): five types and no other, whatever a session's log holds.
 * Each carries {@code type}, {@code session_id} (null only in errors before there is one) and {@code timestamp}.
 */
public final class SeedFrames {
    private SeedFrames() {}

    /** The connection is established, or goes on in another session. */
    public static String system(SessionId session, @Nullable String agentId, String content) {
        return FrameWriter.of("system", session)
                .fieldIf("agent_id", agentId)
                .field("content", content)
                .end();
    }

    /** An error that is not the end of a turn. */
    public static String error(@Nullable SessionId session, ErrorCode code, String content) {
        return error(session, null, code, content, null);
    }

    /** A message waits. */
    public static String queued(SessionId session, int position, Event.Queued.Reason reason) {
        return FrameWriter.of("queued", session)
                .field("position", position)
                .field("reason", reason.wire())
                .end();
    }

    /** An event of the log, for somebody who follows the session; nothing for one that seed clients do not know. */
    public static Optional<String> of(SessionId session, Event event) {
        return event.match(new OfEvent(session));
    }

    private record OfEvent(SessionId session) implements Event.Cases<Optional<String>> {
        @Override
        public Optional<String> said(Event.Said said) {
            return Optional.empty();
        }

        @Override
        public Optional<String> started(Event.Started started) {
            return Optional.empty();
        }

        @Override
        public Optional<String> aside(Event.Aside aside) {
            return Optional.empty();
        }

        @Override
        public Optional<String> delta(Event.Delta delta) {
            return Optional.of(FrameWriter.of("stream_chunk", session)
                    .literal("delta", delta.literal())
                    .end());
        }

        @Override
        public Optional<String> queued(Event.Queued queued) {
            return Optional.of(SeedFrames.queued(session, queued.position(), queued.reason()));
        }

        @Override
        public Optional<String> end(Event.End end) {
            return Optional.of(FrameWriter.of("stream_end", session)
                    .field("turn_id", end.turn().value())
                    .end());
        }

        @Override
        public Optional<String> failure(Event.Failure failure) {
            return Optional.of(
                    error(session, failure.turn(), failure.code(), failure.content(), failure.retryAfterMs()));
        }
    }

    private static String error(
            @Nullable SessionId session,
            @Nullable TurnId turn,
            ErrorCode code,
            String content,
            @Nullable Long retryAfterMs) {
        return FrameWriter.of("error", session)
                .field("content", content)
                .field("code", code.wire())
                .field("retryable", code.retryable())
                .fieldIf("retry_after_ms", retryAfterMs)
                .fieldIf("turn_id", turn)
                .end();
    }
}
