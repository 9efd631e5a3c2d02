package nova.chat.store;

import com.fasterxml.jackson.core.JsonGenerator;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import nova.chat.protocol.ErrorCode;
import nova.chat.protocol.Event;
import nova.chat.protocol.Event.Aside;
import nova.chat.protocol.Event.Delta;
import nova.chat.protocol.Event.End;
import nova.chat.protocol.Event.Failure;
import nova.chat.protocol.Event.Queued;
import nova.chat.protocol.Event.Said;
import nova.chat.protocol.Event.Started;
import nova.chat.protocol.Event.Stats;
import nova.chat.protocol.TurnId;
import org.jspecify.annotations.Nullable;

/**
 * An event of the log as a JSON object: all but a piece of text and an aside, whose bytes {@link BatchCodec} keeps as they
 * are. {@code kind} says which; a script writes {@code end} and {@code failure} too.
 */
final class EventJson implements Event.Cases<byte[]> {
    private static final EventJson WRITER = new EventJson();

    /** Names, a turn, numbers. */
    private static final int FRAME_BYTES = 240;

    private EventJson() {}

    static byte[] encode(Event event) {
        return event.match(WRITER);
    }

    /**
     * Reads one back.
     *
     * @throws StoreUnavailable if it is no object, or lacks what its kind needs
     */
    static Event decode(byte[] bytes) {
        try {
            return event(StoredJson.read(bytes));
        } catch (IOException | IllegalArgumentException e) {
            // Without the cause: it quotes what the user wrote.
            throw new StoreUnavailable("a stored event cannot be read");
        }
    }

    private static Event event(Map<String, String> fields) throws IOException {
        @Nullable String ref = fields.get("ref");
        return switch (StoredJson.field(fields, "kind")) {
            case "said" -> new Said(turn(fields), ref, StoredJson.field(fields, "content"));
            case "started" -> new Started(turn(fields), ref);
            case "queued" -> queued(fields, ref);
            case "end" -> new End(turn(fields), constant(End.Reason.class, fields, "reason"), stats(fields));
            case "failure" ->
                new Failure(
                        turn(fields),
                        ref,
                        code(fields),
                        StoredJson.field(fields, "content"),
                        number(fields, "retry_ms"));
            default -> unknown(fields.getOrDefault("turn", ""));
        };
    }

    /** In place of one of a later version's: it keeps its number, and nobody misses what they would not understand. */
    static Event unknown(String turn) {
        return new Aside(new TurnId(turn), Aside.Kind.META, Buffer.buffer("{}"));
    }

    private static Queued queued(Map<String, String> fields, @Nullable String ref) throws IOException {
        String turn = fields.get("turn");
        return new Queued(
                turn == null ? null : new TurnId(turn),
                ref,
                Integer.parseInt(StoredJson.field(fields, "position")),
                constant(Queued.Reason.class, fields, "reason"));
    }

    private static @Nullable Stats stats(Map<String, String> fields) throws IOException {
        Long duration = number(fields, "ms");
        if (duration == null) {
            return null;
        }
        int chunks = Integer.parseInt(StoredJson.field(fields, "chunks"));
        long bytes = Long.parseLong(StoredJson.field(fields, "bytes"));
        return new Stats(number(fields, "first_ms"), duration, chunks, bytes);
    }

    /** A code that this version does not know is one of ours gone wrong. */
    private static ErrorCode code(Map<String, String> fields) throws IOException {
        String wire = StoredJson.field(fields, "code");
        for (ErrorCode code : ErrorCode.values()) {
            if (code.wire().equals(wire)) {
                return code;
            }
        }
        return ErrorCode.INTERNAL;
    }

    private static TurnId turn(Map<String, String> fields) throws IOException {
        return new TurnId(StoredJson.field(fields, "turn"));
    }

    private static @Nullable Long number(Map<String, String> fields, String name) {
        String digits = fields.get(name);
        return digits == null ? null : Long.valueOf(digits);
    }

    private static <E extends Enum<E>> E constant(Class<E> of, Map<String, String> fields, String name)
            throws IOException {
        return Enum.valueOf(of, StoredJson.field(fields, name).toUpperCase(Locale.ROOT));
    }

    @Override
    public byte[] said(Said said) {
        return write("said", said.turn(), said.ref(), said.content(), json -> {});
    }

    @Override
    public byte[] started(Started started) {
        return write("started", started.turn(), started.ref(), null, json -> {});
    }

    @Override
    public byte[] queued(Queued queued) {
        return write("queued", queued.turn(), queued.ref(), null, json -> {
            json.writeNumberField("position", queued.position());
            json.writeStringField("reason", word(queued.reason()));
        });
    }

    @Override
    public byte[] end(End end) {
        return write("end", end.turn(), null, null, json -> {
            json.writeStringField("reason", word(end.reason()));
            writeStats(json, end.stats());
        });
    }

    @Override
    public byte[] failure(Failure failure) {
        return write("failure", failure.turn(), failure.ref(), failure.content(), json -> {
            json.writeStringField("code", failure.code().wire());
            writeNumber(json, "retry_ms", failure.retryAfterMs());
        });
    }

    @Override
    public byte[] delta(Delta delta) {
        throw new IllegalArgumentException("text is kept as it is");
    }

    @Override
    public byte[] aside(Aside aside) {
        throw new IllegalArgumentException("an aside is kept as it is");
    }

    private static byte[] write(
            String kind,
            @Nullable TurnId turn,
            @Nullable String ref,
            @Nullable String content,
            StoredJson.Fields more) {
        int size = FRAME_BYTES + (content == null ? 0 : content.length());
        return StoredJson.write(size, ref + " " + content, json -> {
            json.writeStringField("kind", kind);
            StoredJson.writeIfThere(json, "turn", turn == null ? null : turn.value());
            StoredJson.writeIfThere(json, "ref", ref);
            more.writeTo(json);
            StoredJson.writeIfThere(json, "content", content);
        });
    }

    private static void writeStats(JsonGenerator json, @Nullable Stats stats) throws IOException {
        if (stats != null) {
            writeNumber(json, "first_ms", stats.firstChunkMs());
            json.writeNumberField("ms", stats.durationMs());
            json.writeNumberField("chunks", stats.chunks());
            json.writeNumberField("bytes", stats.bytes());
        }
    }

    private static void writeNumber(JsonGenerator json, String name, @Nullable Long number) throws IOException {
        if (number != null) {
            json.writeNumberField(name, number);
        }
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
