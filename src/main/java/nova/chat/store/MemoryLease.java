package nova.chat.store;

import java.time.Instant;
import nova.chat.protocol.TurnId;

/** The lease that somebody has, and what its turn has come to. */
final class MemoryLease {
    final Lease lease;

    Instant deadline;

    /** Somebody wants the turn to stop. */
    boolean stop;

    /** The question may have gone upstream. */
    boolean departed;

    MemoryLease(Lease lease, Instant deadline) {
        this.lease = lease;
        this.deadline = deadline;
        this.stop = lease.stopped();
    }

    TurnId turn() {
        return lease.question().turn();
    }

    boolean isNamed(String token) {
        return lease.token().equals(token);
    }

    boolean isPast(Instant now) {
        return !deadline.isAfter(now);
    }
}
