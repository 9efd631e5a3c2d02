package nova.chat.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import nova.chat.protocol.TurnId;
import nova.chat.store.Store.Waiting;
import org.jspecify.annotations.Nullable;

/** The messages that wait in a session, oldest first. */
final class MemoryQueue {
    /** What a message costs besides its text, about. */
    private static final int MESSAGE_BYTES = 512;

    private final List<Waiting> waiting = new ArrayList<>();
    private long version;
    private long told;

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    boolean isFull() {
        return waiting.size() >= Store.MAX_WAITING;
    }

    /** Grows with every change that whoever holds the lease cannot know of. */
    long version() {
        return version;
    }

    List<Waiting> all() {
        return List.copyOf(waiting);
    }

    void add(Question question, boolean stopped, boolean first) {
        version++;
        waiting.add(first ? 0 : waiting.size(), new Waiting(question, version, stopped));
    }

    @Nullable
    Waiting first() {
        return waiting.isEmpty() ? null : waiting.get(0);
    }

    @Nullable
    Waiting find(TurnId turn) {
        int index = indexOf(turn);
        return index < 0 ? null : waiting.get(index);
    }

    /** 1 is next; 0 where it does not wait. Those that will never run are not counted. */
    int position(TurnId turn) {
        int index = indexOf(turn);
        return index < 0
                ? 0
                : 1
                        + (int) waiting.subList(0, index).stream()
                                .filter(other -> !other.stopped())
                                .count();
    }

    /** Marks it. */
    void stop(TurnId turn) {
        int index = indexOf(turn);
        if (index >= 0 && !waiting.get(index).stopped()) {
            version++;
            Waiting one = waiting.get(index);
            waiting.set(index, new Waiting(one.question(), one.added(), true));
        }
    }

    /** Takes it out; also those that run next go this way, of which their holder knows. */
    void remove(TurnId turn) {
        waiting.removeIf(one -> one.question().turn().equals(turn));
    }

    /** Takes out those whose end the log tells. */
    void drop(Set<TurnId> ended) {
        waiting.removeIf(one -> ended.contains(one.question().turn()));
    }

    List<TurnId> takeStopped() {
        List<TurnId> stopped = stopped(waiting);
        waiting.removeIf(Waiting::stopped);
        return stopped;
    }

    /** Only those that no other precedes. */
    List<TurnId> takeStoppedInFront() {
        int count = 0;
        while (count < waiting.size() && waiting.get(count).stopped()) {
            count++;
        }
        List<Waiting> front = waiting.subList(0, count);
        List<TurnId> stopped = stopped(front);
        front.clear();
        return stopped;
    }

    private static List<TurnId> stopped(List<Waiting> among) {
        return among.stream()
                .filter(Waiting::stopped)
                .map(one -> one.question().turn())
                .toList();
    }

    /** The log tells all changes up to this version, if there have been so many: what is still to come it cannot tell. */
    void tell(long upTo) {
        told = Math.max(told, Math.min(upTo, version));
    }

    /** Goes on from there, where what had been counted so far is lost. */
    void restore(long upTo) {
        version = Math.max(version, upTo);
        tell(upTo);
    }

    /** The log began anew: whoever reads it reads first what waits. */
    void tellAll() {
        version++;
        told = version;
    }

    long toldUpTo() {
        return told;
    }

    boolean isTold(Waiting one) {
        return one.added() <= told;
    }

    List<Question> told() {
        return waiting.stream().filter(this::isTold).map(Waiting::question).toList();
    }

    long bytes() {
        return waiting.stream()
                .mapToLong(one -> MESSAGE_BYTES + 2L * one.question().content().length())
                .sum();
    }

    private int indexOf(TurnId turn) {
        for (int i = 0; i < waiting.size(); i++) {
            if (waiting.get(i).question().turn().equals(turn)) {
                return i;
            }
        }
        return -1;
    }
}
