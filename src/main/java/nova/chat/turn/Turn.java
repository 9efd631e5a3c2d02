package nova.chat.turn;

import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Timer;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import nova.chat.log.Log;
import nova.chat.orchestrator.UpstreamFailure;
import nova.chat.protocol.ErrorCode;
import nova.chat.protocol.Event;
import nova.chat.protocol.Event.Failure;
import nova.chat.protocol.JsonText;
import nova.chat.protocol.Message;
import nova.chat.protocol.SessionId;
import nova.chat.protocol.TurnId;
import nova.chat.store.StoreUnavailable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * One user message to its end. It stores the message, asks the Orchestrator, writes what it hears to the session's log,
 * stores the answer, and writes exactly one end. It never sees a socket: nobody need be there.
 *
 * <p>What it may repeat: a request that never left (no connection), for as long as {@code patience} allows, and once a
 * request that was refused because the agent is gone. Anything that was sent may already have run tools upstream.
 */
public final class Turn {
    private static final Logger LOG = LoggerFactory.getLogger(Turn.class);
    /** An answer is saved again this long while the store is away, then the client is told that it is not. */
    private static final long SAVE_MS = 6_000;

    private static final long SAVE_AGAIN_MS = 250;

    private final Turns tools;
    private final SessionId session;
    private final Log log;
    private final Question question;

    private final Message asked;

    private final Promise<Void> answered = Promise.promise();
    private final long startedNanos = System.nanoTime();
    private @Nullable Attempt attempt;
    private @Nullable Failure stopped;
    private boolean stored;
    private boolean saidThatItWaits;
    /** Set when the process ends: then saving is tried once more, not for as long as it may take. */
    private boolean hurried;

    private int bytes;

    Turn(Turns tools, SessionId session, Log log, Question question) {
        this.tools = tools;
        this.session = session;
        this.log = log;
        this.question = question;
        this.asked = message(Message.Role.USER, question.content(), Message.State.COMPLETE);
    }

    public TurnId id() {
        return question.turn();
    }

    /** Runs it. Succeeds, always, once its end is in the log. */
    public Future<Void> run() {
        log.keep();
        long until = System.nanoTime() + tools.limits().patience().toNanos();
        Future.succeededFuture()
                .compose(v -> attempt(new Backoff(), until)) // and not called as it is: what it throws is an end, too
                .onSuccess(v -> answered.tryComplete())
                .onFailure(answered::tryFail);
        return answered.future()
                .transform(result -> save(result))
                .otherwise(this::failure)
                .map(end -> {
                    finish(end);
                    return null;
                });
    }

    /** Ends it now, because the process ends. What was answered so far is kept. */
    public void interrupt() {
        hurried = true;
        stop(
                ErrorCode.INTERRUPTED,
                "The service is restarting and could not finish this answer. You can send it again.");
    }

    private void stop(ErrorCode code, String content) {
        if (answered.future().isComplete()) {
            return;
        }
        stopped = new Failure(question.turn(), null, code, content);
        if (attempt != null) {
            attempt.cancel();
        }
        answered.tryFail("stopped");
    }

    /** Tries until the Orchestrator is reached: a request for which there was no connection never left. */
    private Future<Void> attempt(Backoff backoff, long untilNanos) {
        if (stopped != null) {
            return Future.failedFuture("stopped");
        }
        Attempt next = new Attempt(tools, session, asked, question, this::heard);
        attempt = next;
        Timer total = tools.vertx().timer(tools.limits().total().toMillis(), TimeUnit.MILLISECONDS);
        total.onSuccess(v -> stop(ErrorCode.UPSTREAM_TIMEOUT, "The answer took longer than a turn may run."));
        return next.run().onComplete(v -> total.cancel()).recover(failure -> {
            stored |= next.isStored();
            if (!mayTryAgain(failure) || System.nanoTime() - untilNanos > 0) {
                return Future.failedFuture(failure);
            }
            sayThatItWaits();
            return knock(backoff, untilNanos).compose(v -> attempt(backoff, untilNanos));
        });
    }

    /** Also while the store is away, once it has the question: to be told to send it again would store it twice. */
    private boolean mayTryAgain(Throwable failure) {
        return stopped == null
                && (failure instanceof UpstreamFailure.Unreachable || (stored && failure instanceof StoreUnavailable));
    }

    private void sayThatItWaits() {
        if (!saidThatItWaits) {
            saidThatItWaits = true;
            log.append(new Event.Queued(question.turn(), null, 1, Event.Queued.Reason.UPSTREAM_DOWN));
        }
    }

    /** Waits until somebody opens upstream; asking for its health first spares the store a reading of the conversation. */
    private Future<Void> knock(Backoff backoff, long untilNanos) {
        return sleep(backoff.nextMs())
                .compose(v -> tools.orchestrator().alive())
                .recover(failure -> {
                    boolean away = failure instanceof UpstreamFailure.Unreachable;
                    boolean goOn = away && stopped == null && System.nanoTime() - untilNanos < 0;
                    return goOn ? knock(backoff, untilNanos) : Future.succeededFuture();
                });
    }

    private void heard(Buffer literal) {
        bytes += literal.length();
        if (bytes > tools.limits().maxBytes()) {
            stop(ErrorCode.OUTPUT_LIMIT, "The answer was longer than an answer may be, and was cut here.");
        } else if (!log.hasRoomFor(literal)) {
            stop(ErrorCode.INTERNAL, "The service has no memory left for this answer. You can send it again later.");
        } else {
            log.text(question.turn(), literal);
        }
    }

    /** Stores what was answered; the end to tell follows from whether that worked. */
    private Future<Event> save(AsyncResult<Void> result) {
        if (result.succeeded()) {
            long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(SAVE_MS);
            return save(answer(Message.State.COMPLETE), until)
                    .<Event>map(new Event.End(question.turn(), Event.End.Reason.COMPLETE, null))
                    .otherwise(
                            new Failure(
                                    question.turn(),
                                    null,
                                    ErrorCode.STORE_UNAVAILABLE,
                                    "The answer is complete, but could not be saved: it will be missing from the conversation."));
        }
        Failure failure = stopped != null ? stopped : failure(result.cause());
        boolean kept = stored || (attempt != null && attempt.isStored());
        Future<Void> saved = kept ? save(answer(Message.State.FAILED), System.nanoTime()) : Future.succeededFuture();
        return saved.otherwiseEmpty().map(failure);
    }

    private Message answer(Message.State state) {
        return message(Message.Role.ASSISTANT, JsonText.decode(log.textOf(question.turn())), state);
    }

    private Future<Void> save(Message answer, long untilNanos) {
        return tools.store().end(session, answer).recover(failure -> {
            if (hurried || System.nanoTime() - untilNanos > 0) {
                return Future.failedFuture(failure);
            }
            return sleep(SAVE_AGAIN_MS).compose(v -> save(answer, untilNanos));
        });
    }

    private Failure failure(Throwable cause) {
        if (cause instanceof UpstreamFailure upstream) {
            return Failures.of(question.turn(), upstream);
        }
        if (cause instanceof StoreUnavailable) {
            return new Failure(
                    question.turn(),
                    null,
                    ErrorCode.STORE_UNAVAILABLE,
                    stored
                            ? "The conversation cannot be read at the moment. Your message is kept; send it again later."
                            : "Your message could not be stored and was not sent on. Send it again in a moment.");
        }
        if (cause instanceof Attempt.ForeignSession) {
            return new Failure(
                    question.turn(),
                    null,
                    ErrorCode.FORBIDDEN_SESSION,
                    "This session belongs to another key. Start a new one.");
        }
        LOG.atError().addKeyValue("session", session).setCause(cause).log("a turn failed in a way that is a bug");
        return new Failure(
                question.turn(), null, ErrorCode.INTERNAL, "Something went wrong here. You can send it again.");
    }

    private void finish(Event end) {
        log.append(end);
        log.release();
        Failure failure = end instanceof Failure failed ? failed : null;
        LOG.atLevel(failure == null ? Level.INFO : Level.WARN)
                .addKeyValue("session", session)
                .addKeyValue("turn", question.turn())
                .addKeyValue("trace", question.call().trace().id())
                .addKeyValue(
                        "end", failure == null ? "complete" : failure.code().wire())
                .addKeyValue("bytes", bytes)
                .addKeyValue("duration_ms", TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startedNanos))
                .log("turn ended");
    }

    private Message message(Message.Role role, String content, Message.State state) {
        return new Message(role, content, question.turn(), Instant.now(), state);
    }

    private Future<Void> sleep(long ms) {
        return tools.vertx().timer(ms, TimeUnit.MILLISECONDS).mapEmpty();
    }
}
