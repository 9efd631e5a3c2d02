package nova.chat.testing;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import java.util.List;
import java.util.stream.IntStream;
import nova.chat.standin.Control;
import nova.chat.standin.Endpoint;
import nova.chat.standin.Recorded;
import nova.chat.standin.StandIn;

/** An Orchestrator in the test's JVM, for a service that runs in another; it survives whatever happens to that. */
public final class ScriptedOrchestrator implements AutoCloseable {
    private final Vertx vertx = Vertx.vertx();
    private final StandIn.Options options;
    private StandIn standIn;

    /** It needs no key, and remembers its last requests, bodies and all: so many. */
    public ScriptedOrchestrator(int recorded) {
        this(Upstream.prompt().recording(recorded));
    }

    public ScriptedOrchestrator(StandIn.Options options) {
        standIn = Service.await(StandIn.start(vertx, options));
        this.options = options.withPort(standIn.port());
    }

    /** From here on its port refuses connections. */
    public void leave() {
        Service.await(standIn.close());
    }

    /** Another one, on the same port: unscripted, and with nothing recorded or counted. */
    public void comeBack() {
        standIn = Service.await(StandIn.start(vertx, options));
    }

    public String url() {
        return standIn.url().toString();
    }

    public Control control() {
        return standIn.control();
    }

    /** What the user said last, in a request for an answer. */
    public static String question(Recorded request) {
        JsonArray messages = request.json().getJsonArray("messages");
        return messages.getJsonObject(messages.size() - 1).getString("content");
    }

    /** What it was last asked to answer: {@code role: content} a message. */
    public List<String> lastConversation() {
        var asked = control().recorded(Endpoint.STREAM);
        JsonArray messages = asked.get(asked.size() - 1).json().getJsonArray("messages");
        return IntStream.range(0, messages.size())
                .mapToObj(messages::getJsonObject)
                .map(message -> message.getString("role") + ": " + message.getString("content"))
                .toList();
    }

    @Override
    public void close() {
        Service.await(standIn.close());
        Service.await(vertx.close());
    }
}
