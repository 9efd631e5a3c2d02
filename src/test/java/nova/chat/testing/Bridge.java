package nova.chat.testing;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import nova.chat.standin.Control;
import nova.chat.standin.Endpoint;
import nova.chat.standin.Recorded;
import nova.chat.standin.StandIn;

/** The service between a scripted Orchestrator and whatever client a test brings, over real sockets on both sides. */
public final class Bridge implements AutoCloseable {
    private final Vertx vertx = Vertx.vertx();
    private final StandIn.Options options;
    private final String[] settings;
    private StandIn orchestrator;
    private Service service;
    private Socket port = new Socket();

    private Bridge(StandIn.Options options, String... settings) {
        orchestrator = Service.await(StandIn.start(vertx, options));
        this.options = options.withPort(orchestrator.port());
        this.settings = Stream.concat(
                        Stream.of("ORCHESTRATOR_URL", orchestrator.url().toString()), Arrays.stream(settings))
                .toArray(String[]::new);
        service = Service.start(this.settings);
    }

    /**
     * Starts both; the Orchestrator needs no key and answers at once.
     *
     * @param settings names and values in turn
     */
    public static Bridge start(String... settings) {
        return start(Upstream.prompt().recording(1_000), settings);
    }

    public static Bridge start(StandIn.Options options, String... settings) {
        return new Bridge(options, settings);
    }

    /** Where browsers find the page, but for the last slash. */
    public String address() {
        return "http://127.0.0.1:" + service.port();
    }

    public Service service() {
        return service;
    }

    public Control orchestrator() {
        return orchestrator.control();
    }

    public int orchestratorPort() {
        return orchestrator.port();
    }

    public TestClient client() {
        return service.client();
    }

    public TestClient client(String query, String... headers) {
        return service.client(query, headers);
    }

    /** What the Orchestrator was asked in the {@code n}th turn, from 0: {@code role: content} a line. */
    public List<String> conversation(int n) {
        JsonArray messages =
                orchestrator().recorded(Endpoint.STREAM).get(n).json().getJsonArray("messages");
        return IntStream.range(0, messages.size())
                .mapToObj(messages::getJsonObject)
                .map(message -> message.getString("role") + ": " + message.getString("content"))
                .collect(Collectors.toList());
    }

    /** What the Orchestrator was asked in the latest turn. */
    public List<String> lastConversation() {
        return conversation(orchestrator().recorded(Endpoint.STREAM).size() - 1);
    }

    /** The body of the {@code n}th request to an endpoint, from 0. */
    public JsonObject asked(Endpoint endpoint, int n) {
        return orchestrator().recorded(endpoint).get(n).json();
    }

    public Recorded request(Endpoint endpoint, int n) {
        return orchestrator().recorded(endpoint).get(n);
    }

    /** Another process, as far as a client can tell: with the same settings, and on another port. */
    public void restartService() {
        service.close();
        service = Service.start(settings);
    }

    /** From here on its port refuses connections. */
    public void stopOrchestrator() {
        Service.await(orchestrator.close());
        keepPort();
    }

    /** Another one, on the port of the one that was stopped: unscripted, and with nothing recorded or counted. */
    public void startOrchestrator() {
        giveBackPort();
        orchestrator = Service.await(StandIn.start(vertx, options));
    }

    /** Waits until something is so; fails, with these words, when it does not become so. */
    public static void eventually(String what, BooleanSupplier condition) {
        Patience.await(what, condition);
    }

    @Override
    public void close() {
        giveBackPort();
        service.close();
        Service.await(orchestrator.close());
        Service.await(vertx.close());
    }

    /** Bound and not listening, so it refuses; else another test's stand-in may get this port meanwhile, and answer. */
    private void keepPort() {
        try {
            port = new Socket();
            port.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), orchestrator.port()));
        } catch (IOException lingering) {
            // connections that have just ended are in the way, also for others
        }
    }

    private void giveBackPort() {
        try {
            port.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
