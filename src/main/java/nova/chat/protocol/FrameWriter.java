package nova.chat.protocol;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * One server frame, or an object in it, field by field. By hand rather than by a JSON library: a delta's text is already
 * a JSON literal and is spliced in as it is, and nearly all else is fixed words, numbers and checked ids.
 */
final class FrameWriter {
    private final StringBuilder json;
    private boolean first = true;

    private FrameWriter(StringBuilder json) {
        this.json = json.append('{');
    }

    /** A frame with what every one carries. */
    static FrameWriter of(String type, @Nullable SessionId session) {
        return new FrameWriter(new StringBuilder(160))
                .field("type", type)
                .raw("session_id", session == null ? "null" : quoted(session.value()))
                .raw(
                        "timestamp",
                        quoted(Instant.now().truncatedTo(ChronoUnit.MILLIS).toString()));
    }

    /** An object inside of a frame. */
    static FrameWriter object() {
        return new FrameWriter(new StringBuilder(80));
    }

    /** Lone surrogates become U+FFFD: no UTF-8 can carry them. */
    FrameWriter field(String name, String value) {
        begin(name).append('"');
        JsonStringEncoder.getInstance().quoteAsString(Surrogates.mend(value), json);
        json.append('"');
        return this;
    }

    FrameWriter field(String name, long value) {
        begin(name).append(value);
        return this;
    }

    FrameWriter field(String name, boolean value) {
        begin(name).append(value);
        return this;
    }

    FrameWriter fieldIf(String name, @Nullable String value) {
        return value == null ? this : field(name, value);
    }

    FrameWriter fieldIf(String name, @Nullable Long value) {
        return value == null ? this : field(name, value.longValue());
    }

    FrameWriter fieldIf(String name, @Nullable TurnId value) {
        return value == null ? this : field(name, value.value());
    }

    /** Only where it is true: readers take its absence for false. */
    FrameWriter flag(String name, boolean value) {
        return value ? field(name, true) : this;
    }

    FrameWriter position(Position at) {
        return field("epoch", at.epoch()).field("seq", at.seq());
    }

    /**
     * A string that is a JSON literal already.
     *
     * @param literal the inside, without the quotes, in valid UTF-8
     */
    FrameWriter literal(String name, Buffer literal) {
        begin(name).append('"').append(literal.toString(StandardCharsets.UTF_8)).append('"');
        return this;
    }

    /** A value that is JSON already. */
    FrameWriter raw(String name, String value) {
        begin(name).append(value);
        return this;
    }

    FrameWriter rawIf(String name, @Nullable String value) {
        return value == null ? this : raw(name, value);
    }

    /** The whole; nothing more can be added. */
    String end() {
        return json.append('}').toString();
    }

    /** Of what needs no escapes. */
    private static String quoted(String value) {
        return '"' + value + '"';
    }

    private StringBuilder begin(String name) {
        if (!first) {
            json.append(',');
        }
        first = false;
        return json.append('"').append(name).append("\":");
    }
}
