package nova.chat.turn;

import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Timer;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import nova.chat.log.Log;
import nova.chat.orchestrator.Call;
import nova.chat.orchestrator.UpstreamEvent;
import nova.chat.orchestrator.UpstreamFailure;
import nova.chat.protocol.ErrorCode;
import nova.chat.protocol.Event;
import nova.chat.protocol.Event.Failure;
import nova.chat.protocol.Message;
import nova.chat.protocol.SessionId;
import nova.chat.protocol.TurnId;
import nova.chat.store.Claimant;
import nova.chat.store.Lease;
import nova.chat.store.Question;
import nova.chat.store.StoreUnavailable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * One user message to its end. It asks the Orchestrator, writes what it hears to the session's log, stores the answer,
 * and writes exactly one end. It never sees a socket: nobody need be there.
 *
 * <p>What it may repeat: a request that never left (no connection), for as long as {@code patience} allows, and once a
 * request that was refused because the agent is gone. Anything that was sent may already have run tools upstream.
 */
public final class Turn {
    private static final Logger LOG = LoggerFactory.getLogger(Turn.class);
    /** An end is stored again this long while the store is away, then it is told without. */
    private static final long SAVE_MS = 6_000;

    /** Who comes after this turn. */
    public interface Heirs {
        /** Names the lease of the next turn; null when there is to be none. Asked when the turn ends. */
        @Nullable
        String nextToken();

        Claimant claimant();
    }

    /**
     * What became of a turn.
     *
     * @param next the right to run the next message; null for none
     * @param kept whether the lease was kept to the end: if not, what the log tells does not count
     */
    public record Outcome(@Nullable Lease next, boolean kept) {}

    /** How it ends: what is told, and what is kept of the answer. */
    private record Ending(Event event, @Nullable Message answer) {}

    private final Turns tools;
    private final SessionId session;
    private final Log log;
    private final Lease lease;
    private final Question question;
    private final Call call;
    private final Heirs heirs;
    private final Answer answer;
    private final Pen pen;
    private final Promise<Void> answered = Promise.promise();
    private @Nullable Attempt attempt;
    /** Set by whoever ends it before upstream does; what is told then. */
    private @Nullable Failure cut;

    private boolean stopped;
    private boolean saidThatItWaits;
    private boolean ended;

    Turn(Turns tools, SessionId session, Log log, Lease lease, Call call, Heirs heirs) {
        this.tools = tools;
        this.session = session;
        this.log = log;
        this.lease = lease;
        this.question = lease.question();
        this.call = call;
        this.heirs = heirs;
        this.answer = new Answer(log, question.turn(), tools.limits().maxBytes());
        this.pen = new Pen(tools.vertx(), tools.store(), session, log, lease, new Pen.Holder() {
            @Override
            public void stopWanted() {
                stop();
            }

            @Override
            public void lost() {
                cut(new LostLease());
            }
        });
    }

    public TurnId id() {
        return question.turn();
    }

    public @Nullable String ref() {
        return question.ref();
    }

    /** The user's text. */
    public String content() {
        return question.content();
    }

    /** Whether its end was told. */
    public boolean isEnded() {
        return ended;
    }

    /** Runs it. Succeeds, always, once its end is in the log and stored, or the lease is lost. */
    public Future<Outcome> run() {
        if (!lease.told()) {
            log.append(new Event.Said(question.turn(), question.ref(), question.content()));
        }
        log.append(new Event.Started(question.turn(), question.ref()));
        long until = System.nanoTime() + tools.limits().patience().toNanos();
        if (lease.stopped()) {
            stop();
        } else {
            Future.succeededFuture()
                    .compose(v -> attempt(new Backoff(), until)) // not called as it is: what it throws is an end, too
                    .onSuccess(v -> answered.tryComplete())
                    .onFailure(answered::tryFail);
        }
        return answered.future().transform(this::end);
    }

    /** Ends it with what was answered so far, because somebody wants that. Final. */
    public void stop() {
        if (!answered.future().isComplete()) {
            stopped = true;
            cut(new IllegalStateException("stopped"));
        }
    }

    /** Ends it now, because the process ends. What was answered so far is kept. */
    public void interrupt() {
        cut(
                ErrorCode.INTERRUPTED,
                "The service is restarting and could not finish this answer. You can send it again.");
        tools.vertx().setTimer(SAVE_MS / 6, id -> pen.giveUp()); // saving gets a moment, and not as long as it may take
    }

    /** Looks at what is wanted of it, now: a stop, or something new that waits. */
    public void attend() {
        pen.attend();
    }

    /** What waits behind it is told that it will not run. */
    public void refuseWaiting() {
        pen.refuseWaiting();
    }

    private void cut(ErrorCode code, String content) {
        if (!answered.future().isComplete()) {
            cut = failure(code, content);
            cut(new IllegalStateException("cut"));
        }
    }

    /** The reason first: what is cancelled fails too, and says something else. */
    private void cut(Throwable why) {
        answered.tryFail(why);
        if (attempt != null) {
            attempt.cancel();
        }
    }

    // asking

    /** Tries until the Orchestrator is reached: a request for which there was no connection never left. */
    private Future<Void> attempt(Backoff backoff, long untilNanos) {
        if (answered.future().isComplete()) {
            return Future.failedFuture("cut");
        }
        Attempt next = new Attempt(tools, session, lease, call, this::heard);
        attempt = next;
        Timer total = tools.vertx().timer(tools.limits().total().toMillis(), TimeUnit.MILLISECONDS);
        total.onSuccess(v -> cut(ErrorCode.UPSTREAM_TIMEOUT, "The answer took longer than a turn may run."));
        pen.departed(true);
        return next.run().onComplete(v -> total.cancel()).recover(failure -> {
            boolean neverLeft = failure instanceof UpstreamFailure.Unreachable || failure instanceof StoreUnavailable;
            pen.departed(!neverLeft);
            if (!neverLeft || answered.future().isComplete() || System.nanoTime() - untilNanos > 0) {
                return Future.failedFuture(failure);
            }
            pen.attend(); // from now on others may run it, should this process be lost
            sayThatItWaits();
            return knock(backoff, untilNanos).compose(v -> attempt(backoff, untilNanos));
        });
    }

    private void sayThatItWaits() {
        if (!saidThatItWaits) {
            saidThatItWaits = true;
            log.append(new Event.Queued(question.turn(), question.ref(), 1, Event.Queued.Reason.UPSTREAM_DOWN));
        }
    }

    /** Waits until somebody opens upstream; asking for its health first spares the store a reading of the conversation. */
    private Future<Void> knock(Backoff backoff, long untilNanos) {
        return tools.vertx()
                .timer(backoff.nextMs(), TimeUnit.MILLISECONDS)
                .compose(v -> tools.orchestrator().alive())
                .recover(failure -> {
                    boolean away = failure instanceof UpstreamFailure.Unreachable;
                    boolean goOn = away && !answered.future().isComplete() && System.nanoTime() - untilNanos < 0;
                    return goOn ? knock(backoff, untilNanos) : Future.succeededFuture();
                });
    }

    private void heard(UpstreamEvent event) {
        Answer.Full full = answer.add(event);
        if (full == Answer.Full.TOO_LONG) {
            cut(ErrorCode.OUTPUT_LIMIT, "The answer was longer than an answer may be, and was cut here.");
        } else if (full == Answer.Full.NO_MEMORY) {
            cut(ErrorCode.INTERNAL, "The service has no memory left for this answer. You can send it again later.");
        }
    }

    // ending

    private Future<Outcome> end(AsyncResult<Void> result) {
        if (result.cause() instanceof LostLease) {
            return Future.succeededFuture(lost());
        }
        Ending ending = ending(result);
        Timer patience = tools.vertx().timer(SAVE_MS, TimeUnit.MILLISECONDS);
        patience.onSuccess(v -> tellUnstored(ending.event()));
        return pen.end(ending.event(), ending.answer(), heirs.nextToken(), heirs.claimant())
                .onSuccess(next -> told(ending.event()))
                .onComplete(v -> patience.cancel())
                .map(next -> new Outcome(next, true))
                .otherwise(given -> {
                    if (given instanceof LostLease) {
                        return lost();
                    }
                    boolean away = given instanceof StoreUnavailable;
                    tellUnstored(away ? ending.event() : failure(given));
                    return new Outcome(null, away);
                });
    }

    private Outcome lost() {
        pen.giveUp();
        LOG.atWarn()
                .addKeyValue("session", session)
                .addKeyValue("turn", question.turn())
                .log("the lease of a running turn is lost; its answer is no longer taken");
        return new Outcome(null, false);
    }

    private Ending ending(AsyncResult<Void> result) {
        String whole = answer.text();
        String text = whole == null ? "" : whole; // half an answer is not kept, and never as a whole one
        if (result.succeeded() && whole != null) {
            return new Ending(
                    new Event.End(question.turn(), Event.End.Reason.COMPLETE, answer.stats(text)),
                    message(text, Message.State.COMPLETE));
        }
        if (stopped) {
            return new Ending(
                    new Event.End(question.turn(), Event.End.Reason.STOPPED, answer.stats(text)),
                    text.isEmpty() ? null : message(text, Message.State.STOPPED));
        }
        Failure failure = cut != null ? cut : result.succeeded() ? tooMuch() : failure(result.cause());
        boolean interrupted = failure.code() == ErrorCode.INTERRUPTED;
        Message.State state = interrupted ? Message.State.INTERRUPTED : Message.State.FAILED;
        return new Ending(failure, text.isEmpty() ? null : message(text, state));
    }

    private Failure tooMuch() {
        return failure(
                ErrorCode.OUTPUT_LIMIT,
                "The answer and the messages that came meanwhile were more than can be kept. You can send it again.");
    }

    private Message message(String text, Message.State state) {
        return new Message(Message.Role.ASSISTANT, text, question.turn(), Instant.now(), state);
    }

    /** The store was away for too long: whoever is here hears now how it ended. */
    private void tellUnstored(Event event) {
        if (ended) {
            return;
        }
        Event told = event instanceof Event.End
                ? failure(
                        ErrorCode.STORE_UNAVAILABLE,
                        "The answer is complete, but could not be saved yet: it may be missing from the conversation.")
                : event;
        pen.tellUnstored(told);
        told(told);
    }

    private Failure failure(Throwable cause) {
        if (cause instanceof UpstreamFailure failure) {
            if (failure instanceof UpstreamFailure.Refused refused && refused.isOfKey()) {
                tools.keyRefused().accept(call);
            }
            return Failures.of(question.turn(), question.ref(), failure);
        }
        if (cause instanceof StoreUnavailable) {
            return failure(
                    ErrorCode.STORE_UNAVAILABLE,
                    "The conversation cannot be read at the moment. Your message is kept; send it again later.");
        }
        LOG.atError().addKeyValue("session", session).setCause(cause).log("a turn failed in a way that is a bug");
        return failure(ErrorCode.INTERNAL, "Something went wrong here. You can send it again.");
    }

    private Failure failure(ErrorCode code, String content) {
        return new Failure(question.turn(), question.ref(), code, content);
    }

    private void told(Event end) {
        if (ended) {
            return;
        }
        ended = true;
        Failure failure = end instanceof Failure failed ? failed : null;
        LOG.atLevel(failure == null ? Level.INFO : Level.WARN)
                .addKeyValue("session", session)
                .addKeyValue("turn", question.turn())
                .addKeyValue("trace", call.trace().id())
                .addKeyValue("end", failure != null ? failure.code().wire() : stopped ? "stopped" : "complete")
                .addKeyValue("bytes", answer.bytes())
                .addKeyValue("duration_ms", answer.durationMs())
                .log("turn ended");
    }
}
