package nova.chat.store;

import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import nova.chat.log.Batch;
import nova.chat.protocol.Event;
import nova.chat.protocol.Event.Aside;
import nova.chat.protocol.Event.Delta;
import nova.chat.protocol.Event.Failure;
import nova.chat.protocol.Event.Said;
import nova.chat.protocol.TurnId;

/**
 * A batch as it is kept: the text of all pieces end to end, and where each ends. Eight bytes a piece beside the text,
 * where its objects would be more than a hundred, and would hold on to the network's buffers that they are slices of.
 */
final class PackedBatch {
    /** What a batch costs that holds nothing, and each event that is kept as it is, about. */
    private static final int OBJECT_BYTES = 128;

    private final long first;

    /** As they came; but a piece of text is without its text, and one object with its neighbours. */
    private final List<Event> events;

    private final int[] ends;
    private final byte[] text;
    private final int textBytes;
    private final int bytes;

    PackedBatch(Batch batch) {
        first = batch.first();
        events = new ArrayList<>(batch.events().size());
        ends = new int[batch.events().size()];
        Buffer pieces = Buffer.buffer();
        int others = 0;
        int size = OBJECT_BYTES + 8 * ends.length;
        for (Event event : batch.events()) {
            if (event instanceof Delta delta) {
                pieces.appendBuffer(delta.literal());
                events.add(marker(delta.turn()));
            } else {
                events.add(detached(event));
                others += textBytes(event);
                size += OBJECT_BYTES;
            }
            ends[events.size() - 1] = pieces.length();
        }
        text = pieces.getBytes();
        textBytes = text.length + others;
        bytes = size + textBytes;
    }

    Batch unpack() {
        List<Event> unpacked = new ArrayList<>(events.size());
        Buffer pieces = Buffer.buffer(text);
        for (int i = 0; i < ends.length; i++) {
            Event event = events.get(i);
            unpacked.add(
                    event instanceof Delta marker ? new Delta(marker.turn(), pieces.slice(start(i), ends[i])) : event);
        }
        return new Batch(first, List.copyOf(unpacked));
    }

    /** The text in it of that turn's answer is added to the buffer. */
    void addTextOf(TurnId turn, Buffer to) {
        for (int i = 0; i < ends.length; i++) {
            if (events.get(i) instanceof Delta marker && marker.turn().equals(turn)) {
                to.appendBytes(text, start(i), ends[i] - start(i));
            }
        }
    }

    long first() {
        return first;
    }

    long last() {
        return first + events.size() - 1;
    }

    /** Of all that somebody wrote in it. */
    int textBytes() {
        return textBytes;
    }

    /** What it takes of memory, about. */
    int bytes() {
        return bytes;
    }

    private int start(int piece) {
        return piece == 0 ? 0 : ends[piece - 1];
    }

    private Event marker(TurnId turn) {
        Event before = events.isEmpty() ? null : events.get(events.size() - 1);
        return before instanceof Delta same && same.turn().equals(turn) ? same : new Delta(turn, Buffer.buffer());
    }

    private static Event detached(Event event) {
        return event instanceof Aside aside
                ? new Aside(aside.turn(), aside.kind(), aside.json().copy())
                : event;
    }

    private static int textBytes(Event event) {
        if (event instanceof Aside aside) {
            return aside.json().length();
        }
        if (event instanceof Said said) {
            return said.content().length();
        }
        return event instanceof Failure failure ? failure.content().length() : 0;
    }
}
