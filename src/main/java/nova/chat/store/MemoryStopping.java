package nova.chat.store;

import java.util.List;
import nova.chat.protocol.TurnId;
import nova.chat.store.Store.Stopped;
import nova.chat.store.Store.Waiting;
import org.jspecify.annotations.Nullable;

/** How a turn is stopped, or a message before it has one. */
final class MemoryStopping {
    private final MemorySession session;

    MemoryStopping(MemorySession session) {
        this.session = session;
        session.abandonPast();
    }

    Stopped stop(@Nullable TurnId turn, @Nullable String ref) {
        if (turn != null) {
            return stop(turn);
        }
        if (ref == null) {
            MemoryLease holder = session.held;
            return holder == null ? new Stopped(null) : stop(holder.turn());
        }
        TurnId named = session.names.turnOf(ref);
        if (named != null) {
            return stop(named);
        }
        session.use();
        session.names.rememberStop(ref);
        return new Stopped(null);
    }

    Stopped cancel(String ref) {
        TurnId named = session.names.turnOf(ref);
        return named == null ? new Stopped(null) : stopWaiting(named);
    }

    private Stopped stop(TurnId turn) {
        MemoryLease holder = session.held;
        if (holder == null || !holder.turn().equals(turn)) {
            return stopWaiting(turn);
        }
        if (!holder.stop) {
            holder.stop = true;
            session.callHolder();
        }
        return new Stopped(turn);
    }

    void retract(TurnId turn, String token) {
        MemoryLease holder = session.held;
        if (stopWaiting(turn).turn() != null) {
            return;
        }
        if (holder == null || !holder.turn().equals(turn) || !holder.isNamed(token)) {
            session.use();
            session.begun = turn;
        } else if (!holder.departed && isUnused(holder)) {
            session.conversation.takeBack(holder.lease.question());
            session.held = null;
            session.tellChanged();
        }
    }

    private boolean isUnused(MemoryLease holder) {
        return session.log.top() == holder.lease.from().seq();
    }

    /** Its end is told by whoever has the lease; where nobody has, here. */
    private Stopped stopWaiting(TurnId turn) {
        Waiting one = session.queue.find(turn);
        if (one == null) {
            return new Stopped(null);
        }
        if (session.held == null) {
            session.queue.remove(turn);
            session.writeEnds(List.of(turn));
        } else if (!one.stopped()) {
            session.queue.stop(turn);
            session.callHolder();
        }
        return new Stopped(turn);
    }
}
