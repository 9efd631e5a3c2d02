package nova.chat.session;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import nova.chat.log.Log;
import nova.chat.protocol.Event;
import nova.chat.protocol.TurnId;
import nova.chat.protocol.Welcome.Pending;
import nova.chat.store.Question;
import nova.chat.store.Reading;
import org.jspecify.annotations.Nullable;

/** Which turn runs and which wait, as the log tells it, whoever writes the log. */
final class Course {
    private final Set<TurnId> waiting = new LinkedHashSet<>();
    private @Nullable TurnId running;

    /** Begins with what was read; what follows is told event by event. */
    void begin(Reading reading) {
        running = reading.running();
        waiting.clear();
        List<Question> questions = reading.waiting();
        questions.forEach(question -> waiting.add(question.turn()));
    }

    /** Follows one event; a running turn is kept in the log from its start to its end. */
    void follow(Log log, long seq, Event event) {
        TurnId turn = event.turn();
        if (turn == null) {
            return;
        }
        if (event instanceof Event.Started) {
            waiting.remove(turn);
            running = turn;
            log.keepAfter(seq - 1);
        } else if (event instanceof Event.End || event instanceof Event.Failure) {
            waiting.remove(turn);
            if (turn.equals(running)) {
                running = null;
                log.release();
            }
        } else if (event instanceof Event.Said) {
            waiting.add(turn);
        }
    }

    @Nullable
    TurnId running() {
        return running;
    }

    boolean somethingWaits() {
        return !waiting.isEmpty();
    }

    /** All that are still to end. */
    Set<TurnId> open() {
        Set<TurnId> open = new LinkedHashSet<>(waiting);
        if (running != null) {
            open.add(running);
        }
        return Set.copyOf(open);
    }

    @Nullable
    Pending live() {
        if (running != null) {
            return new Pending(running, true);
        }
        return waiting.isEmpty() ? null : new Pending(waiting.iterator().next(), false);
    }
}
