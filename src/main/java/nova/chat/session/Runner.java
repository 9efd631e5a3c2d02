package nova.chat.session;

import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import nova.chat.log.Log;
import nova.chat.orchestrator.Call;
import nova.chat.protocol.ErrorCode;
import nova.chat.protocol.SessionId;
import nova.chat.protocol.TurnId;
import nova.chat.store.Begun;
import nova.chat.store.Claimant;
import nova.chat.store.Lease;
import nova.chat.store.Question;
import nova.chat.store.Store;
import nova.chat.turn.Turn;
import nova.chat.turn.Turns;
import org.jspecify.annotations.Nullable;

/**
 * Runs a session's turns here, one after the other, whenever this replica has the right to: because a message came in
 * here while nothing ran, because one that waited is next, or because another replica was lost.
 */
final class Runner {
    /** Replicas that can all run a waiting message do not all ask for it at once. */
    private static final int CLAIM_JITTER_MS = 150;

    /** A store that is away for longer than this has forgotten what was on its way to it, or its lease is long past. */
    private static final int RETRACTIONS = 120;

    private static final long RETRACT_AGAIN_MS = 500;

    private final SessionId session;
    private final Vertx vertx;
    private final Turns turns;
    private final Store store;
    private final Log log;
    private final Mirror mirror;
    private final Budget budget;
    private final Keyring keys;
    /** Told when this may have nothing left to do. */
    private final Runnable idle;

    private @Nullable Turn running;
    /** Questions to the store whose answer may be a turn to run. */
    private int asking;

    private boolean claiming;
    /** A lease is here, and its turn does not run yet: the next one must not overtake it. */
    private boolean starting;

    private boolean draining;
    private boolean interrupted;

    Runner(SessionId session, Turns turns, Log log, Mirror mirror, Budget budget, Seal seal, Runnable idle) {
        this.session = session;
        this.vertx = turns.vertx();
        this.turns = turns;
        this.store = turns.store();
        this.log = log;
        this.mirror = mirror;
        this.budget = budget;
        this.keys = new Keyring(session, seal);
        this.idle = idle;
    }

    @Nullable
    Turn running() {
        return running;
    }

    boolean isIdle() {
        return running == null && asking == 0;
    }

    /** Whether something is lost when this is forgotten: a key that nobody else has. */
    boolean isNeeded() {
        return !isIdle() || !keys.isEmpty();
    }

    // a message

    Future<Asked> ask(Asking message) {
        if (draining) {
            return refused(ErrorCode.DRAINING);
        }
        if (!budget.take(message.content())) {
            return refused(ErrorCode.QUEUE_FULL);
        }
        if (!budget.takeTurn()) {
            budget.giveBack(message.content());
            return refused(ErrorCode.QUEUE_FULL);
        }
        asking++;
        TurnId turn = TurnId.mint();
        Question question = new Question(
                turn,
                message.ref(),
                message.content(),
                Instant.now(),
                message.principal(),
                keys.errand(turn, message.call()));
        String token = Store.token();
        return begin(question, message, token)
                .recover(failure -> begin(question, message, token)) // the link may have broken just then
                .onFailure(failure -> {
                    if (question.ref() == null) { // else its sender may send it again, and is told that it is known
                        retract(question, token, RETRACTIONS);
                    }
                })
                .transform(begun -> settle(question, message.call(), begun));
    }

    private Future<Begun> begin(Question question, Asking message, String token) {
        return store.begin(session, question, message.onBusy(), token, log.top());
    }

    /** Its sender is told that it was not accepted: one that the store took after all is not to run. */
    private void retract(Question question, String token, int times) {
        store.retract(session, question.turn(), token).onFailure(away -> {
            if (times > 1) {
                long pause = RETRACT_AGAIN_MS / 2 + ThreadLocalRandom.current().nextLong(RETRACT_AGAIN_MS);
                vertx.setTimer(pause, id -> retract(question, token, times - 1));
            }
        });
    }

    private Future<Asked> settle(Question question, Call call, AsyncResult<Begun> result) {
        Begun begun = result.result();
        if (begun instanceof Begun.Running given) {
            start(given.lease(), call);
            return Future.succeededFuture(new Asked.Accepted(question.turn()));
        }
        asking--;
        budget.giveBackTurn();
        budget.giveBack(question.content());
        Asked asked = asked(question, call, begun);
        idle.run();
        return Future.succeededFuture(asked);
    }

    private Asked asked(Question question, Call call, @Nullable Begun begun) {
        if (begun instanceof Begun.Waiting waiting) {
            keys.waits(question, call);
            if (waiting.free()) {
                claim(question.owner(), call);
            }
            attend();
            return new Asked.Waiting(question.turn(), waiting.position());
        }
        if (begun instanceof Begun.Known known) {
            return new Asked.Known(known.turn(), known.position());
        }
        if (begun instanceof Begun.Busy) {
            return new Asked.Refused(ErrorCode.BUSY);
        }
        if (begun instanceof Begun.QueueFull) {
            return new Asked.Refused(ErrorCode.QUEUE_FULL);
        }
        return new Asked.Refused(
                begun instanceof Begun.Forbidden ? ErrorCode.FORBIDDEN_SESSION : ErrorCode.STORE_UNAVAILABLE);
    }

    private static Future<Asked> refused(ErrorCode code) {
        return Future.succeededFuture(new Asked.Refused(code));
    }

    // a turn

    /** Whoever holds the lease is wanted: it asks what for. */
    void attend() {
        if (running != null) {
            running.attend();
        }
    }

    /**
     * Runs what waits, if nothing runs.
     *
     * @param principal whose key has just been brought; null for none
     */
    void claim(@Nullable String principal, @Nullable Call call) {
        if (claiming || starting || draining || running != null || !budget.takeTurn()) {
            return;
        }
        claiming = true;
        asking++;
        store.claim(session, Store.token(), keys.claimant(principal)).onComplete(claimed -> {
            claiming = false;
            Lease lease = claimed.result();
            if (lease != null) {
                budget.takeAnyway(lease.question().content());
                start(lease, keys.take(lease.question(), call));
            } else {
                asking--;
                budget.giveBackTurn();
                idle.run();
            }
        });
    }

    /** The same, but not at the same moment as all other replicas that heard of it. */
    void claimSoon() {
        if (!claiming && !draining && running == null) {
            asking++;
            long jitter = 1L + ThreadLocalRandom.current().nextInt(CLAIM_JITTER_MS);
            vertx.setTimer(jitter, id -> {
                asking--;
                claim(null, null);
                idle.run();
            });
        }
    }

    /** With a turn of the budget, and counted in {@code asking}, both until here. */
    private void start(Lease lease, Call call) {
        starting = true;
        reach(lease).onComplete(reached -> {
            starting = false;
            asking--;
            mirror.pause();
            if (!log.top().equals(lease.from())) {
                log.moveTo(lease.from(), Set.of()); // whoever follows is told that something is missing
            }
            run(lease, call);
        });
    }

    /** Has the log here end where the lease begins; a session's very first message needs no reading for that. */
    private Future<?> reach(Lease lease) {
        boolean first = lease.from().seq() == 0 && lease.queue() == 0;
        if (log.top().equals(lease.from()) || first) {
            return Future.succeededFuture();
        }
        return mirror.refresh();
    }

    private void run(Lease lease, Call call) {
        Turn turn = turns.turn(session, log, lease, call, new Turn.Heirs() {
            @Override
            public @Nullable String nextToken() {
                return draining ? null : Store.token();
            }

            @Override
            public Claimant claimant() {
                return keys.claimant(null);
            }
        });
        running = turn;
        turn.run().onSuccess(outcome -> ended(turn, outcome));
        if (interrupted) {
            turn.interrupt();
        }
    }

    private void ended(Turn turn, Turn.Outcome outcome) {
        running = null;
        keys.drop(turn.id());
        budget.giveBack(turn.content());
        Lease next = outcome.next();
        if (next != null) {
            budget.takeAnyway(next.question().content());
            run(next, keys.take(next.question(), null));
            return;
        }
        mirror.resume(outcome.kept() || !turn.isEnded() ? null : turn.id());
        budget.giveBackTurn();
        if (!outcome.kept()) {
            mirror.refresh().onFailure(away -> {}); // it is due again soon
        }
        idle.run();
    }

    /** A turn has ended, here or elsewhere: nobody needs its key any more. */
    void endTold(TurnId turn) {
        keys.drop(turn);
    }

    // the process ends

    /** Takes no more messages. What waits is left to other replicas, or, where there are none, is told so. */
    void drain() {
        draining = true;
        if (running != null && !store.isShared()) {
            running.refuseWaiting();
        }
    }

    /** Ends what runs, and what was on its way to running. */
    void interrupt() {
        interrupted = true;
        if (running != null) {
            running.interrupt();
        }
    }
}
