package nova.chat.store;

import io.vertx.core.buffer.Buffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import nova.chat.log.Batch;
import nova.chat.protocol.TurnId;

/** The log of one session in one epoch, in the batches in which it came. */
final class MemoryLog {
    /** Of one reading; a viewer that has more to catch up with reads again. */
    private static final int READ_BYTES = 256 << 10;

    /** Of text: twice a turn's bound, so that no running turn is ever cut. Beyond it the oldest batches go. */
    private final long maxBytes;

    private final Deque<PackedBatch> batches = new ArrayDeque<>();
    private long top;
    private long textBytes;
    private long bytes;

    MemoryLog(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** The last event's number. */
    long top() {
        return top;
    }

    /** Appends what is new in a batch that does not begin after the end, and answers that part. */
    Batch add(Batch batch) {
        Batch fresh = after(top, batch);
        if (!fresh.isEmpty()) {
            PackedBatch packed = new PackedBatch(fresh);
            batches.addLast(packed);
            top = fresh.last();
            textBytes += packed.textBytes();
            bytes += packed.bytes();
            while (textBytes > maxBytes && batches.size() > 1) {
                forgetFirst();
            }
        }
        return fresh;
    }

    /** Whether all that followed is still there. */
    boolean reaches(long seq) {
        return seq >= (batches.isEmpty() ? top : batches.getFirst().first() - 1);
    }

    /** What followed, or the oldest part of it. */
    List<Batch> after(long seq) {
        List<Batch> found = new ArrayList<>();
        long size = 0;
        for (PackedBatch batch : batches) {
            if (size >= READ_BYTES) {
                break;
            }
            if (batch.last() > seq) {
                found.add(after(seq, batch.unpack()));
                size += batch.bytes();
            }
        }
        return found;
    }

    /** All text of a turn that is still there, as the inside of one JSON literal. */
    Buffer textOf(TurnId turn) {
        Buffer text = Buffer.buffer();
        for (PackedBatch batch : batches) {
            batch.addTextOf(turn, text);
        }
        return text;
    }

    /** Goes on after that number, with nothing before it. */
    void restart(long seq) {
        forget();
        top = seq;
    }

    /** Lets go of all that it says; the numbers go on. */
    void forget() {
        while (!batches.isEmpty()) {
            forgetFirst();
        }
    }

    boolean isEmpty() {
        return batches.isEmpty();
    }

    /** What it takes of memory, about. */
    long bytes() {
        return bytes;
    }

    private void forgetFirst() {
        PackedBatch first = batches.removeFirst();
        textBytes -= first.textBytes();
        bytes -= first.bytes();
    }

    private static Batch after(long seq, Batch batch) {
        if (batch.first() > seq) {
            return batch;
        }
        int known = (int) Math.min(seq + 1 - batch.first(), batch.events().size());
        return new Batch(
                batch.first() + known,
                batch.events().subList(known, batch.events().size()));
    }
}
