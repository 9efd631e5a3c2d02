package nova.chat.store;

import nova.chat.protocol.Message;
import nova.chat.protocol.OnBusy;
import nova.chat.protocol.Position;
import nova.chat.protocol.TurnId;
import org.jspecify.annotations.Nullable;

/** How a message comes in, and how it gets its turn. */
final class MemoryAsking {
    private final MemorySession session;

    MemoryAsking(MemorySession session) {
        this.session = session;
        session.abandonPast();
    }

    Begun begin(Question question, OnBusy onBusy, String token, Position known) {
        if (session.owner != null && !session.owner.equals(question.owner())) {
            return new Begun.Forbidden();
        }
        Begun before = begunBefore(question, token);
        if (before != null) {
            return before;
        }
        if (!session.isAtRest() && onBusy == OnBusy.REJECT) {
            return new Begun.Busy();
        }
        if (session.queue.isFull()) {
            return new Begun.QueueFull();
        }
        if (session.epoch.isEmpty() || (session.held == null && isBehind(known))) {
            session.beginEpoch();
        }
        return accept(question, onBusy == OnBusy.INTERRUPT, token);
    }

    private @Nullable Begun begunBefore(Question question, String token) {
        TurnId turn = question.turn();
        MemoryLease holder = session.held;
        if (holder != null && holder.turn().equals(turn) && holder.isNamed(token)) {
            return new Begun.Running(holder.lease);
        }
        int position = session.queue.position(turn);
        if (position > 0) {
            return new Begun.Waiting(position, holder == null);
        }
        if (turn.equals(session.begun) || session.conversation.holds(Message.Role.USER, turn)) {
            return new Begun.Known(turn, 0);
        }
        TurnId named = session.names.turnOf(question.ref());
        return named == null ? null : new Begun.Known(named, session.queue.position(named));
    }

    private boolean isBehind(Position known) {
        return known.epoch().equals(session.epoch) && known.seq() > session.log.top();
    }

    private Begun accept(Question question, boolean interrupt, String token) {
        session.use();
        session.owner = question.owner();
        session.names.remember(question.ref(), question.turn());
        boolean stopped = session.names.takeStop(question.ref());
        if (session.isAtRest()) {
            return new Begun.Running(session.give(token, question, false, stopped));
        }
        MemoryLease holder = session.held;
        if (holder != null && interrupt) {
            holder.stop = true;
        }
        session.queue.add(question, stopped, interrupt);
        session.callHolder();
        return new Begun.Waiting(session.queue.position(question.turn()), holder == null);
    }

    @Nullable
    Lease claim(String token, Claimant claimant) {
        MemoryLease holder = session.held;
        if (holder != null) {
            return holder.isNamed(token) ? holder.lease : null;
        }
        session.writeEnds(session.queue.takeStoppedInFront());
        return session.next(token, claimant);
    }
}
