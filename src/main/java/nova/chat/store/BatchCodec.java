package nova.chat.store;

import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import nova.chat.log.Batch;
import nova.chat.protocol.Event;
import nova.chat.protocol.Event.Aside;
import nova.chat.protocol.Event.Delta;
import nova.chat.protocol.TurnId;
import org.jspecify.annotations.Nullable;

/**
 * Events as the fields of stream entries, each a name and a value. What a script must put together again lies open: it
 * parses no JSON.
 *
 * <ul>
 *   <li>{@code t <length>,<length>,... <turn>}: the text of consecutive pieces of one answer, end to end
 *   <li>{@code a <kind> <turn>}: an aside, as upstream wrote it
 *   <li>{@code e}: any other event, as {@link EventJson} writes it
 * </ul>
 */
final class BatchCodec {
    /** Of one entry: it is what the log is trimmed and read by, and what a script hands on in one call. */
    static final int MAX_ENTRY_BYTES = 64 << 10;

    static final int MAX_ENTRY_FIELDS = 512;

    private BatchCodec() {}

    /**
     * One stream entry.
     *
     * @param fields name, value, name, value, ...
     */
    record Entry(long first, long last, List<byte[]> fields) {
        int bytes() {
            return fields.stream().mapToInt(field -> field.length).sum();
        }
    }

    /** As few entries as their bounds allow; none for an empty batch. */
    static List<Entry> encode(Batch batch) {
        var packing = new Packing(batch.first());
        batch.events().forEach(packing::add);
        return packing.finish();
    }

    /**
     * Reads one back. An event that only a later version knows keeps its number.
     *
     * @throws StoreUnavailable if it is none
     */
    static Batch decode(long first, List<byte[]> fields) {
        List<Event> events = new ArrayList<>();
        try {
            for (int i = 0; i < fields.size(); i += 2) {
                decode(text(fields.get(i)), fields.get(i + 1), events);
            }
        } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
            throw new StoreUnavailable("a stored event cannot be read");
        }
        return new Batch(first, List.copyOf(events));
    }

    private static void decode(String name, byte[] value, List<Event> events) {
        String[] words = name.split(" ", 3);
        switch (words[0]) {
            case "t" -> pieces(new TurnId(words[2]), words[1].split(","), value, events);
            case "a" -> events.add(aside(words[1], new TurnId(words[2]), value));
            case "e" -> events.add(EventJson.decode(value));
            default -> events.add(EventJson.unknown(""));
        }
    }

    private static void pieces(TurnId turn, String[] lengths, byte[] text, List<Event> events) {
        Buffer all = Buffer.buffer(text);
        int at = 0;
        for (String length : lengths) {
            int end = at + Integer.parseInt(length);
            events.add(new Delta(turn, all.slice(at, end)));
            at = end;
        }
    }

    private static Event aside(String kind, TurnId turn, byte[] json) {
        for (Aside.Kind known : Aside.Kind.values()) {
            if (word(known).equals(kind)) {
                return new Aside(turn, known, Buffer.buffer(json));
            }
        }
        return EventJson.unknown(turn.value());
    }

    private static String word(Aside.Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** The entries, the fields of the open one, and the text that its next pieces go on with. */
    private static final class Packing {
        private final List<Entry> entries = new ArrayList<>();
        private List<byte[]> fields = new ArrayList<>();
        private long first;
        private long next;
        private int bytes;

        private @Nullable TurnId speaking;
        private final StringBuilder lengths = new StringBuilder();
        private final ByteArrayOutputStream text = new ByteArrayOutputStream();

        Packing(long first) {
            this.first = first;
            this.next = first;
        }

        void add(Event event) {
            if (event instanceof Delta delta) {
                piece(delta);
            } else {
                endText();
                field(name(event), event instanceof Aside aside ? aside.json().getBytes() : EventJson.encode(event));
            }
            next++;
            if (bytes >= MAX_ENTRY_BYTES || fields.size() >= MAX_ENTRY_FIELDS) {
                endEntry();
            }
        }

        private static String name(Event event) {
            return event instanceof Aside aside ? "a " + word(aside.kind()) + " " + aside.turn() : "e";
        }

        private void piece(Delta delta) {
            if (!delta.turn().equals(speaking)) {
                endText();
                speaking = delta.turn();
            } else {
                lengths.append(',');
            }
            lengths.append(delta.literal().length());
            text.writeBytes(delta.literal().getBytes());
            // With its length and the comma: many empty pieces are something too.
            bytes += delta.literal().length() + 8;
        }

        private void endText() {
            if (speaking != null) {
                field("t " + lengths + " " + speaking, text.toByteArray());
                bytes -= text.size();
                speaking = null;
                lengths.setLength(0);
                text.reset();
            }
        }

        private void field(String name, byte[] value) {
            fields.add(name.getBytes(StandardCharsets.UTF_8));
            fields.add(value);
            bytes += name.length() + value.length;
        }

        private void endEntry() {
            endText();
            if (!fields.isEmpty()) {
                entries.add(new Entry(first, next - 1, fields));
            }
            fields = new ArrayList<>();
            first = next;
            bytes = 0;
        }

        List<Entry> finish() {
            endEntry();
            return entries;
        }
    }
}
