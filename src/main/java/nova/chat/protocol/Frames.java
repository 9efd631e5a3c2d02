package nova.chat.protocol;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Writes what v2 clients get (PROTOCOL.md, "From the server"). Frames that stand for events of the log are numbered;
 * those that do not, which are all but {@link #of}'s, move nobody's position, but for {@link #history} and
 * {@link #synced}.
 */
public final class Frames {
    private Frames() {}

    /** The connection is in a session now; what follows says what the client is to forget, and what it has missed. */
    public static String system(SessionId session, Welcome welcome) {
        Welcome.Fresh fresh = welcome.fresh();
        Welcome.Pending turn = welcome.turn();
        Welcome.Identity identity = welcome.identity();
        return FrameWriter.of("system", session)
                .field("content", welcome.content())
                .fieldIf("agent_id", welcome.agentId())
                .position(welcome.top())
                .field("resumed", fresh == null)
                .fieldIf("reason", fresh == null ? null : fresh.wire())
                .raw("turn", turn == null ? "null" : turn.json())
                .raw("limits", welcome.limits().json())
                .rawIf("identity", identity == null ? null : identity.json())
                .end();
    }

    /**
     * A message is in the store, or a stop was taken.
     *
     * @param seq where the log ends now
     */
    public static String ack(SessionId session, Ack ack, long seq) {
        return FrameWriter.of("ack", session)
                .fieldIf("ref", ack.ref())
                .fieldIf("turn_id", ack.turn())
                .field("state", ack.state().wire())
                .fieldIf("position", ack.position() == 0 ? null : Long.valueOf(ack.position()))
                .field("seq", seq)
                .end();
    }

    /**
     * An error that is not the end of a turn.
     *
     * @param ref the client's own name of the message that it is about; null for none
     */
    public static String error(@Nullable SessionId session, @Nullable String ref, ErrorCode code, String content) {
        return failure(session, code, content, null).fieldIf("ref", ref).end();
    }

    /**
     * A page of the conversation.
     *
     * @param at what the client knows with this: an answer that runs goes on after it
     * @param reset whether the client is to forget all that it had
     */
    public static String history(SessionId session, Page page, Position at, boolean reset) {
        Page.Partial partial = page.partial();
        return FrameWriter.of("history", session)
                .raw("messages", page.messagesJson())
                .flag("more", page.more())
                .rawIf("partial", partial == null ? null : partial.json())
                .position(at)
                .flag("reset", reset)
                .end();
    }

    /** The client has been told all that had happened before it came; from here on it is live. */
    public static String synced(SessionId session, Position at) {
        return FrameWriter.of("synced", session).position(at).end();
    }

    /** A sign of life, where there was no other. */
    public static String ping(SessionId session, Position at) {
        return FrameWriter.of("ping", session).position(at).end();
    }

    /**
     * Answers a client's {@code ping}.
     *
     * @param top where the log ends now
     */
    public static String pong(SessionId session, @Nullable String id, Position top, Welcome.@Nullable Pending turn) {
        return FrameWriter.of("pong", session)
                .fieldIf("id", id)
                .position(top)
                .raw("turn", turn == null ? "null" : turn.json())
                .end();
    }

    /** A message that waits although nothing of it is in any log yet: the one frame of this type without a number. */
    public static String queued(SessionId session, @Nullable String ref, int position, Event.Queued.Reason reason) {
        return FrameWriter.of("queued", session)
                .field("position", position)
                .fieldIf("ref", ref)
                .field("reason", reason.wire())
                .end();
    }

    /** An event of the log, or several that were merged into one. */
    public static String of(SessionId session, Event event, Numbers numbers) {
        return event.match(new OfEvent(session))
                .field("seq", numbers.seq())
                .fieldIf("from", numbers.from() == numbers.seq() ? null : Long.valueOf(numbers.from()))
                .flag("replay", numbers.replay())
                .end();
    }

    private record OfEvent(SessionId session) implements Event.Cases<FrameWriter> {
        @Override
        public FrameWriter said(Event.Said said) {
            return begin("user", said).fieldIf("id", said.ref()).field("content", said.content());
        }

        @Override
        public FrameWriter started(Event.Started started) {
            return begin("turn_start", started).fieldIf("ref", started.ref());
        }

        @Override
        public FrameWriter delta(Event.Delta delta) {
            return begin("stream_chunk", delta).literal("delta", delta.literal());
        }

        @Override
        public FrameWriter aside(Event.Aside aside) {
            String type = aside.kind().name().toLowerCase(Locale.ROOT);
            String payload = aside.kind() == Event.Aside.Kind.THINKING ? "delta" : type;
            return begin(type, aside).raw(payload, aside.json().toString());
        }

        @Override
        public FrameWriter queued(Event.Queued queued) {
            return begin("queued", queued)
                    .field("position", queued.position())
                    .fieldIf("ref", queued.ref())
                    .field("reason", queued.reason().wire());
        }

        @Override
        public FrameWriter end(Event.End end) {
            Event.Stats stats = end.stats();
            return begin("stream_end", end)
                    .field("reason", end.reason().wire())
                    .rawIf("stats", stats == null ? null : json(stats));
        }

        @Override
        public FrameWriter failure(Event.Failure failure) {
            return Frames.failure(session, failure.code(), failure.content(), failure.retryAfterMs())
                    .fieldIf("turn_id", failure.turn())
                    .fieldIf("ref", failure.ref());
        }

        private FrameWriter begin(String type, Event event) {
            return FrameWriter.of(type, session).fieldIf("turn_id", event.turn());
        }
    }

    private static FrameWriter failure(
            @Nullable SessionId session, ErrorCode code, String content, @Nullable Long retryAfterMs) {
        return FrameWriter.of("error", session)
                .field("content", content)
                .field("code", code.wire())
                .field("retryable", code.retryable())
                .fieldIf("retry_after_ms", retryAfterMs);
    }

    private static String json(Event.Stats stats) {
        return FrameWriter.object()
                .fieldIf("first_chunk_ms", stats.firstChunkMs())
                .field("duration_ms", stats.durationMs())
                .field("chunks", stats.chunks())
                .field("bytes", stats.bytes())
                .end();
    }
}
