package nova.chat.protocol;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import nova.chat.protocol.Event.Delta;
import nova.chat.protocol.Event.End;
import nova.chat.protocol.Event.Failure;
import nova.chat.protocol.Event.Queued;
import org.jspecify.annotations.Nullable;

/**
 * Writes server frames (PROTOCOL.md, "From the server"). Every one carries {@code type}, {@code session_id} (null only
 * in errors before there is one) and {@code timestamp}. Written by hand rather than by a JSON library: a delta's text is
 * already a JSON literal and is spliced in as it is, and all else here is fixed words, numbers and checked ids.
 */
public final class Frames {
    private Frames() {}

    /** The connection is established, or goes on in another session. */
    public static String system(SessionId session, @Nullable String agentId, String content) {
        StringBuilder frame = begin("system", session);
        if (agentId != null) {
            field(frame, "agent_id", agentId);
        }
        field(frame, "content", content);
        return frame.append('}').toString();
    }

    /** An error that is not the end of a turn. */
    public static String error(@Nullable SessionId session, ErrorCode code, String content) {
        return error(session, null, code, content, null);
    }

    /** An event of the log, for somebody who follows the session. */
    public static String of(SessionId session, Event event) {
        return event.match(new Event.Cases<>() {
            @Override
            public String said(Event.Said said) {
                return "";
            }

            @Override
            public String started(Event.Started started) {
                return "";
            }

            @Override
            public String aside(Event.Aside aside) {
                return "";
            }

            @Override
            public String delta(Delta delta) {
                return begin("stream_chunk", session)
                        .append(",\"delta\":\"")
                        .append(delta.literal().toString(StandardCharsets.UTF_8))
                        .append("\"}")
                        .toString();
            }

            @Override
            public String queued(Queued queued) {
                StringBuilder frame =
                        begin("queued", session).append(",\"position\":").append(queued.position());
                field(frame, "reason", queued.reason() == Queued.Reason.BUSY ? "busy" : "upstream_down");
                return frame.append('}').toString();
            }

            @Override
            public String end(End end) {
                StringBuilder frame = begin("stream_end", session);
                field(frame, "turn_id", end.turn().value());
                return frame.append('}').toString();
            }

            @Override
            public String failure(Failure failure) {
                return error(session, failure.turn(), failure.code(), failure.content(), failure.retryAfterMs());
            }
        });
    }

    private static String error(
            @Nullable SessionId session,
            @Nullable TurnId turn,
            ErrorCode code,
            String content,
            @Nullable Long retryAfterMs) {
        StringBuilder frame = begin("error", session);
        field(frame, "content", content);
        field(frame, "code", code.wire());
        frame.append(",\"retryable\":").append(code.retryable());
        if (retryAfterMs != null) {
            frame.append(",\"retry_after_ms\":").append(retryAfterMs.longValue());
        }
        if (turn != null) {
            field(frame, "turn_id", turn.value());
        }
        return frame.append('}').toString();
    }

    private static StringBuilder begin(String type, @Nullable SessionId session) {
        StringBuilder frame =
                new StringBuilder(160).append("{\"type\":\"").append(type).append("\",\"session_id\":");
        if (session == null) {
            frame.append("null");
        } else {
            frame.append('"').append(session.value()).append('"');
        }
        return frame.append(",\"timestamp\":\"")
                .append(Instant.now().truncatedTo(ChronoUnit.MILLIS))
                .append('"');
    }

    private static void field(StringBuilder frame, String name, String value) {
        frame.append(",\"").append(name).append("\":\"");
        JsonStringEncoder.getInstance().quoteAsString(value, frame);
        frame.append('"');
    }
}
