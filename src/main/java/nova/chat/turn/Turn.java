package nova.chat.turn;

import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Timer;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import nova.chat.log.Log;
import nova.chat.orchestrator.ChatMessage;
import nova.chat.orchestrator.UpstreamEvent;
import nova.chat.orchestrator.UpstreamFailure;
import nova.chat.orchestrator.UpstreamStream;
import nova.chat.protocol.ErrorCode;
import nova.chat.protocol.Event;
import nova.chat.protocol.Event.Failure;
import nova.chat.protocol.SessionId;
import nova.chat.protocol.TurnId;
import nova.chat.store.Message;
import nova.chat.store.Store.Begun;
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

    private final Promise<Void> answered = Promise.promise();
    private final long startedNanos = System.nanoTime();
    private List<ChatMessage> conversation = List.of();
    private @Nullable UpstreamStream stream;
    private @Nullable Failure stopped;
    private boolean stored;
    private boolean saidThatItWaits;
    private int bytes;

    Turn(Turns tools, SessionId session, Log log, Question question) {
        this.tools = tools;
        this.session = session;
        this.log = log;
        this.question = question;
    }

    public TurnId id() {
        return question.turn();
    }

    /** Runs it. Succeeds, always, once its end is in the log. */
    public Future<Void> run() {
        Timer total = tools.vertx().timer(tools.limits().total().toMillis(), TimeUnit.MILLISECONDS);
        total.onSuccess(v -> stop(ErrorCode.UPSTREAM_TIMEOUT, "The answer took longer than a turn may run."));
        log.keep();
        Message asked = message(Message.Role.USER, question.content(), Message.State.COMPLETE);
        tools.store()
                .begin(session, question.owner(), asked)
                .compose(this::answer)
                .onComplete(done -> {
                    if (done.succeeded()) {
                        answered.tryComplete();
                    } else {
                        answered.tryFail(done.cause());
                    }
                });
        return answered.future().transform(result -> save(result)).map(end -> {
            total.cancel();
            finish(end);
            return null;
        });
    }

    /** Ends it now, because the process ends. What was answered so far is kept. */
    public void interrupt() {
        stop(
                ErrorCode.INTERRUPTED,
                "The service is restarting and could not finish this answer. You can send it again.");
    }

    private void stop(ErrorCode code, String content) {
        if (answered.future().isComplete()) {
            return;
        }
        stopped = new Failure(question.turn(), code, content);
        if (stream != null) {
            stream.cancel();
        }
        answered.fail("stopped");
    }

    private Future<Void> answer(Begun begun) {
        if (!(begun instanceof Begun.Accepted accepted)) {
            return Future.failedFuture(new ForeignSession());
        }
        stored = true;
        conversation = accepted.conversation().stream()
                .filter(message -> !message.content().isEmpty()) // models refuse a message without content
                .map(message ->
                        new ChatMessage(message.role() == Message.Role.USER ? "user" : "assistant", message.content()))
                .toList();
        String known = accepted.agentId();
        Future<String> agent = known == null ? patiently(this::newAgent) : Future.succeededFuture(known);
        return agent.compose(this::listen)
                .recover(failure -> isAgentGone(failure)
                        ? patiently(this::newAgent).compose(this::listen)
                        : Future.failedFuture(failure));
    }

    private Future<String> newAgent() {
        return tools.orchestrator()
                .createAgent(question.call())
                .compose(agent -> tools.store()
                        .keepAgent(session, agent)
                        .otherwiseEmpty() // then the next turn makes another: no reason to fail this one
                        .map(agent));
    }

    private Future<Void> listen(String agent) {
        return patiently(() -> {
            UpstreamStream opened =
                    tools.orchestrator().stream(question.call(), agent, conversation, session.value(), this::heard);
            stream = opened;
            return opened.ended();
        });
    }

    /** Status, thinking and meta are never text, and no client has asked for them. */
    private void heard(UpstreamEvent event) {
        if (answered.future().isComplete() || !(event instanceof UpstreamEvent.Text text)) {
            return;
        }
        conversation = List.of(); // it was sent and is not needed again
        bytes += text.literal().length();
        if (bytes > tools.limits().maxBytes()) {
            stop(ErrorCode.OUTPUT_LIMIT, "The answer was longer than an answer may be, and was cut here.");
        } else {
            log.text(question.turn(), text.literal());
        }
    }

    /** Tries again while there is no connection: such a request never left. */
    private <T> Future<T> patiently(Supplier<Future<T>> attempt) {
        long until = System.nanoTime() + tools.limits().patience().toNanos();
        return patiently(attempt, new Backoff(), until);
    }

    private <T> Future<T> patiently(Supplier<Future<T>> attempt, Backoff backoff, long untilNanos) {
        if (stopped != null) {
            return Future.failedFuture("stopped");
        }
        return attempt.get().recover(failure -> {
            if (!(failure instanceof UpstreamFailure.Unreachable) || System.nanoTime() - untilNanos > 0) {
                return Future.failedFuture(failure);
            }
            if (!saidThatItWaits) {
                saidThatItWaits = true;
                log.append(new Event.Queued(1, Event.Queued.Reason.UPSTREAM_DOWN));
            }
            return sleep(backoff.nextMs()).compose(v -> patiently(attempt, backoff, untilNanos));
        });
    }

    private static boolean isAgentGone(Throwable failure) {
        return failure instanceof UpstreamFailure.Refused refused && refused.status() == 404;
    }

    /** Stores what was answered; the end to tell follows from whether that worked. */
    private Future<Event> save(AsyncResult<Void> result) {
        if (result.succeeded()) {
            long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(SAVE_MS);
            return save(Message.State.COMPLETE, until)
                    .<Event>map(new Event.End(question.turn()))
                    .otherwise(
                            new Failure(
                                    question.turn(),
                                    ErrorCode.STORE_UNAVAILABLE,
                                    "The answer is complete, but could not be saved: it will be missing from the conversation."));
        }
        Failure failure = stopped != null ? stopped : failure(result.cause());
        Future<Void> saved = stored ? save(Message.State.FAILED, System.nanoTime()) : Future.succeededFuture();
        return saved.otherwiseEmpty().map(failure);
    }

    private Future<Void> save(Message.State state, long untilNanos) {
        Message answer = message(Message.Role.ASSISTANT, JsonText.decode(log.textOf(question.turn())), state);
        return tools.store().end(session, answer).recover(failure -> {
            if (System.nanoTime() - untilNanos > 0) {
                return Future.failedFuture(failure);
            }
            return sleep(SAVE_AGAIN_MS).compose(v -> save(state, untilNanos));
        });
    }

    private Failure failure(Throwable cause) {
        if (cause instanceof UpstreamFailure upstream) {
            return Failures.of(question.turn(), upstream);
        }
        if (cause instanceof StoreUnavailable) {
            return new Failure(
                    question.turn(),
                    ErrorCode.STORE_UNAVAILABLE,
                    "Your message could not be stored and was not sent on. Send it again in a moment.");
        }
        if (cause instanceof ForeignSession) {
            return new Failure(
                    question.turn(),
                    ErrorCode.FORBIDDEN_SESSION,
                    "This session belongs to another key. Start a new one.");
        }
        LOG.atError().addKeyValue("session", session).setCause(cause).log("a turn failed in a way that is a bug");
        return new Failure(question.turn(), ErrorCode.INTERNAL, "Something went wrong here. You can send it again.");
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

    /** The store says that the session is somebody else's. */
    private static final class ForeignSession extends RuntimeException {
        private static final long serialVersionUID = 1L;

        ForeignSession() {
            super(null, null, false, false);
        }
    }
}
