package nova.chat.turn;

import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import nova.chat.log.Log;
import nova.chat.protocol.ErrorCode;
import nova.chat.protocol.Event;
import nova.chat.protocol.TurnId;
import nova.chat.store.Question;
import nova.chat.store.Store.Progress;
import nova.chat.store.Store.Queue;
import nova.chat.store.Store.Waiting;
import org.jspecify.annotations.Nullable;

/**
 * Tells in the log what waits behind the running turn: whoever holds the lease does, since it alone may number events.
 * What is told, and which ends, is written to the store in the same step as the events that tell it.
 */
final class WaitingLine {
    private final Log log;
    /** What waits would wait for nobody: this process ends, and its memory is all the store there is. */
    private boolean refuses;
    /** It was not read since it refuses. */
    private boolean unread;

    private long told;
    /** Told in the log up to here, and not stored yet. */
    private long telling;

    private long toldAt;
    private Set<TurnId> dropping = Set.of();
    /** Those that wait and are told. By turn, and not by version: a store that lost writes counts some versions twice. */
    private @Nullable Set<TurnId> known;

    WaitingLine(Log log, long told) {
        this.log = log;
        this.told = told;
        this.telling = told;
    }

    /** From now on whatever waits is told that it will not run: until it is told so once more, it is behind. */
    void refuse() {
        refuses = true;
        unread = true;
    }

    /** Whether there is something to tell that was not told yet. */
    boolean isBehind(long version) {
        return unread || telling != version;
    }

    /** What goes with a write that ends with {@code last}. */
    Progress progress(long last, boolean departed) {
        boolean whole = toldAt <= last;
        return new Progress(whole ? telling : told, whole ? dropping : Set.of(), departed);
    }

    void stored(Progress progress) {
        told = progress.told();
        if (told == telling) {
            dropping = Set.of();
        }
    }

    /** Tells what is new in the queue. */
    void tell(Queue queue) {
        Set<TurnId> ended = new HashSet<>(dropping);
        int position = 0;
        Set<TurnId> before = known == null ? toldBefore(queue) : known;
        for (Waiting waiting : queue.waiting()) {
            TurnId turn = waiting.question().turn();
            if (!ended.contains(turn)) {
                position += tell(waiting, !before.contains(turn), position + 1, ended);
            }
        }
        known = turns(queue.waiting().stream());
        dropping = Set.copyOf(ended);
        telling = queue.version();
        toldAt = log.seq();
        unread = false;
    }

    private Set<TurnId> toldBefore(Queue queue) {
        return turns(queue.waiting().stream().filter(waiting -> waiting.added() <= telling));
    }

    private static Set<TurnId> turns(Stream<Waiting> some) {
        return some.map(waiting -> waiting.question().turn()).collect(Collectors.toUnmodifiableSet());
    }

    /** Answers how many places it takes in the line. */
    private int tell(Waiting waiting, boolean isNew, int position, Set<TurnId> ended) {
        Question question = waiting.question();
        TurnId turn = question.turn();
        if (isNew) {
            log.append(new Event.Said(turn, question.ref(), question.content()));
        }
        if (waiting.stopped()) {
            log.append(new Event.End(turn, Event.End.Reason.STOPPED, null));
            ended.add(turn);
        } else if (refuses) {
            log.append(new Event.Failure(
                    turn, question.ref(), ErrorCode.DRAINING, "The service is restarting. Send this message again."));
            ended.add(turn);
        } else if (isNew) {
            log.append(new Event.Queued(turn, question.ref(), position, Event.Queued.Reason.BUSY));
        }
        return ended.contains(turn) ? 0 : 1;
    }
}
