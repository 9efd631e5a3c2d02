package nova.chat.turn;

import io.vertx.core.Future;
import java.util.List;
import java.util.function.Consumer;
import nova.chat.orchestrator.Call;
import nova.chat.orchestrator.ChatMessage;
import nova.chat.orchestrator.UpstreamEvent;
import nova.chat.orchestrator.UpstreamFailure;
import nova.chat.orchestrator.UpstreamStream;
import nova.chat.protocol.Message;
import nova.chat.protocol.SessionId;
import nova.chat.store.Lease;
import nova.chat.store.Store.Departure;
import org.jspecify.annotations.Nullable;

/**
 * One try to have a question answered: note that it goes, find or make the agent, send the conversation, listen. To try
 * again is to make another, which reads the conversation anew: what waits for an Orchestrator that is away holds nothing
 * but its question.
 */
final class Attempt {
    private final Turns tools;
    private final SessionId session;
    private final Lease lease;
    private final Call call;
    private final Consumer<UpstreamEvent> heard;

    private List<ChatMessage> conversation = List.of();
    private @Nullable UpstreamStream stream;
    private boolean cancelled;

    /**
     * Nothing is asked yet.
     *
     * @param heard takes what upstream says, until this is cancelled
     */
    Attempt(Turns tools, SessionId session, Lease lease, Call call, Consumer<UpstreamEvent> heard) {
        this.tools = tools;
        this.session = session;
        this.lease = lease;
        this.call = call;
        this.heard = heard;
    }

    /** Succeeds when the answer is whole; fails as the store, as upstream, or with {@link LostLease}. */
    Future<Void> run() {
        return tools.store()
                .depart(session, lease)
                .compose(this::answer)
                .onComplete(done -> conversation = List.of()); // whoever waits to try again holds on to this
    }

    /** Nothing is heard from here on, and nothing more is asked. */
    void cancel() {
        cancelled = true;
        if (stream != null) {
            stream.cancel();
        }
    }

    private Future<Void> answer(@Nullable Departure departure) {
        if (departure == null) {
            return Future.failedFuture(new LostLease());
        }
        if (cancelled) {
            return Future.failedFuture("cancelled");
        }
        conversation = departure.conversation().stream()
                .filter(message -> !message.content().isEmpty()) // models refuse a message without content
                .map(Attempt::inUpstreamsWords)
                .toList();
        String known = departure.agentId();
        return (known == null ? newAgent() : Future.succeededFuture(known))
                .compose(agent -> listen(agent).recover(this::listenWithNewAgent));
    }

    /** Only the stream can say that an agent is gone, and is not believed twice. */
    private Future<Void> listenWithNewAgent(Throwable failure) {
        return isAgentGone(failure) ? newAgent().compose(this::listen) : Future.failedFuture(failure);
    }

    private Future<String> newAgent() {
        return tools.orchestrator()
                .createAgent(call)
                .compose(agent -> tools.store()
                        .keepAgent(session, agent)
                        .otherwiseEmpty() // then the next turn makes another: no reason to fail this one
                        .map(agent));
    }

    private Future<Void> listen(String agent) {
        if (cancelled) {
            return Future.failedFuture("cancelled");
        }
        UpstreamStream opened = tools.orchestrator().stream(call, agent, conversation, session.value(), this::hear);
        stream = opened;
        return opened.ended();
    }

    private void hear(UpstreamEvent event) {
        if (!cancelled) {
            conversation = List.of(); // it was sent, and is not needed again
            heard.accept(event);
        }
    }

    private static boolean isAgentGone(Throwable failure) {
        return failure instanceof UpstreamFailure.Refused refused && refused.status() == 404;
    }

    private static ChatMessage inUpstreamsWords(Message message) {
        return new ChatMessage(message.role() == Message.Role.USER ? "user" : "assistant", message.content());
    }
}
