package nova.chat.store;

import nova.chat.log.Batch;
import nova.chat.protocol.Message;
import nova.chat.protocol.Position;
import nova.chat.store.Store.Departure;
import nova.chat.store.Store.Progress;
import org.jspecify.annotations.Nullable;

/** What is done with a lease: its holder's writes, which renew it also when it is past, as long as nobody has noticed. */
final class MemoryWriting {
    private final MemorySession session;
    private final Lease lease;

    MemoryWriting(MemorySession session, Lease lease) {
        this.session = session;
        this.lease = lease;
    }

    @Nullable
    Departure depart() {
        session.abandonPast();
        MemoryLease holder = holder();
        if (holder == null) {
            return null;
        }
        session.renew(holder);
        holder.departed = true;
        return new Departure(session.agentId, session.conversation.upTo(lease.question()));
    }

    Written append(Batch batch, Progress progress) {
        MemoryLease holder = holder();
        if (holder == null) {
            return refusal();
        }
        session.renew(holder);
        if (leavesGap(batch)) {
            return new Written.Behind(session.log.top());
        }
        write(holder, batch, progress);
        return new Written.Kept(holder.stop, session.queue.version());
    }

    Written end(
            Batch batch, Progress progress, @Nullable Message answer, @Nullable String nextToken, Claimant claimant) {
        MemoryLease holder = holder();
        if (holder == null) {
            return lease.token().equals(session.ended) ? endedBefore(nextToken) : refusal();
        }
        session.renew(holder);
        if (leavesGap(batch)) {
            return new Written.Behind(session.log.top());
        }
        if (progress.told() != session.queue.version()) {
            return new Written.Kept(holder.stop, session.queue.version());
        }
        write(holder, batch, progress);
        if (answer != null) {
            session.conversation.add(answer);
        }
        session.held = null;
        session.ended = lease.token();
        return new Written.Ended(nextToken == null ? null : session.next(nextToken, claimant));
    }

    private Written endedBefore(@Nullable String nextToken) {
        session.abandonPast();
        MemoryLease holder = session.held;
        return new Written.Ended(
                holder != null && nextToken != null && holder.isNamed(nextToken) ? holder.lease : null);
    }

    boolean restore() {
        session.abandonPast();
        Position from = lease.from();
        if (session.held != null) {
            return holder() != null;
        }
        if (!isGone() || session.log.top() > from.seq()) {
            return false;
        }
        Question question = lease.question();
        if (session.epoch.isEmpty()) {
            session.epoch = from.epoch();
            session.owner = question.owner();
        }
        if (session.log.top() < from.seq()) {
            session.log.restart(from.seq());
        }
        session.queue.restore(lease.queue());
        session.queue.remove(question.turn());
        session.names.remember(question.ref(), question.turn());
        // Nobody knows any more. It is not to be run twice, so it counts as gone upstream.
        session.hold(lease, true);
        return true;
    }

    /** Null where the lease was taken away, or lost. */
    private @Nullable MemoryLease holder() {
        MemoryLease holder = session.held;
        return holder != null && holder.isNamed(lease.token()) ? holder : null;
    }

    private Written refusal() {
        session.abandonPast();
        return isGone() ? new Written.Gone() : new Written.Lost();
    }

    /** Whether the store has lost what it knew of it, and not given it to anybody else. */
    private boolean isGone() {
        boolean sameEpoch = lease.from().epoch().equals(session.epoch);
        boolean ended = lease.token().equals(session.ended);
        return session.epoch.isEmpty() || (session.held == null && sameEpoch && !ended);
    }

    private boolean leavesGap(Batch batch) {
        return batch.first() > session.log.top() + 1;
    }

    private void write(MemoryLease holder, Batch batch, Progress progress) {
        session.write(batch);
        session.queue.drop(progress.dropped());
        session.queue.tell(progress.told());
        holder.departed = progress.departed();
    }
}
