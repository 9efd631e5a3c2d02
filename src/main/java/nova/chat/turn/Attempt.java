package nova.chat.turn;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.function.Consumer;
import nova.chat.orchestrator.ChatMessage;
import nova.chat.orchestrator.UpstreamEvent;
import nova.chat.orchestrator.UpstreamFailure;
import nova.chat.orchestrator.UpstreamStream;
import nova.chat.protocol.Message;
import nova.chat.protocol.SessionId;
import nova.chat.store.Store1.Begun;
import org.jspecify.annotations.Nullable;

/**
 * One try to have a question answered: store it, find or make the agent, send the conversation, listen. To try again is
 * to make another, which reads the conversation anew: what waits for an Orchestrator that is away holds nothing but its
 * question.
 */
final class Attempt {
    private final Turns tools;
    private final SessionId session;
    private final Message asked;
    private final Question question;
    private final Consumer<Buffer> text;

    private List<ChatMessage> conversation = List.of();
    private @Nullable UpstreamStream stream;
    private boolean stored;
    private boolean cancelled;

    /**
     * Nothing is asked yet.
     *
     * @param text takes each piece of the answer, until this is cancelled
     */
    Attempt(Turns tools, SessionId session, Message asked, Question question, Consumer<Buffer> text) {
        this.tools = tools;
        this.session = session;
        this.asked = asked;
        this.question = question;
        this.text = text;
    }

    /** Succeeds when the answer is whole; fails as the store, as upstream, or with {@link ForeignSession}. */
    Future<Void> run() {
        return tools.store()
                .begin(session, question.owner(), asked)
                .compose(this::answer)
                .onComplete(done -> conversation = List.of()); // whoever waits to try again holds on to this
    }

    /** Whether the question is in the store. */
    boolean isStored() {
        return stored;
    }

    /** Nothing is heard from here on, and nothing more is asked. */
    void cancel() {
        cancelled = true;
        if (stream != null) {
            stream.cancel();
        }
    }

    private Future<Void> answer(Begun begun) {
        if (!(begun instanceof Begun.Accepted accepted)) {
            return Future.failedFuture(new ForeignSession());
        }
        stored = true;
        if (cancelled) {
            return Future.failedFuture("cancelled");
        }
        conversation = accepted.conversation().stream()
                .filter(message -> !message.content().isEmpty()) // models refuse a message without content
                .map(Attempt::inUpstreamsWords)
                .toList();
        String known = accepted.agentId();
        return (known == null ? newAgent() : Future.succeededFuture(known))
                .compose(agent -> listen(agent).recover(this::listenWithNewAgent));
    }

    /** Only the stream can say that an agent is gone, and is not believed twice. */
    private Future<Void> listenWithNewAgent(Throwable failure) {
        return isAgentGone(failure) ? newAgent().compose(this::listen) : Future.failedFuture(failure);
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
        if (cancelled) {
            return Future.failedFuture("cancelled");
        }
        UpstreamStream opened =
                tools.orchestrator().stream(question.call(), agent, conversation, session.value(), this::heard);
        stream = opened;
        return opened.ended();
    }

    /** Status, thinking and meta are never text, and no client has asked for them. */
    private void heard(UpstreamEvent event) {
        if (!cancelled && event instanceof UpstreamEvent.Text piece) {
            conversation = List.of(); // it was sent, and is not needed again
            text.accept(piece.literal());
        }
    }

    private static boolean isAgentGone(Throwable failure) {
        return failure instanceof UpstreamFailure.Refused refused && refused.status() == 404;
    }

    private static ChatMessage inUpstreamsWords(Message message) {
        return new ChatMessage(message.role() == Message.Role.USER ? "user" : "assistant", message.content());
    }

    /** The store says that the session is somebody else's. */
    static final class ForeignSession extends RuntimeException {
        private static final long serialVersionUID = 1L;

        ForeignSession() {
            super(null, null, false, false);
        }
    }
}
