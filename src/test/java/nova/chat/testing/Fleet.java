package nova.chat.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import nova.chat.standin.Control;
import nova.chat.standin.Endpoint;

/** Several replicas of the service on one real Redis, and one scripted Orchestrator that they share. */
public final class Fleet<R extends Replica> implements AutoCloseable {
    /** Many clients come from one address here. */
    private static final List<String> ROOMY = List.of("WS_MAX_PER_IP", "5000");

    private final RedisServer redis = RedisServer.started();
    private final ScriptedOrchestrator orchestrator = new ScriptedOrchestrator(5_000);
    private final List<R> replicas = new ArrayList<>();
    private final Function<String[], R> starter;
    private final String[] settings;

    private Fleet(int size, Function<String[], R> starter, String... settings) {
        this.starter = starter;
        this.settings = settings;
        try {
            for (int i = 0; i < size; i++) {
                add();
            }
        } catch (RuntimeException | Error broken) {
            close();
            throw broken;
        }
    }

    /** Replicas that live in the test's JVM, each with event loops of its own: quick to start. */
    public static Fleet<Service> inThisJvm(int size, String... settings) {
        return new Fleet<>(size, Service::start, settings);
    }

    /** Replicas that are processes: they can be killed, and asked to stop, as operators do it. */
    public static Fleet<ServiceProcess> ofProcesses(int size, String... settings) {
        return new Fleet<>(size, all -> ServiceProcess.start(all).awaitReady(), settings);
    }

    /** One more replica; these settings win over the fleet's. */
    public R add(String... more) {
        String[] all = Stream.of(
                        ROOMY.stream(),
                        Stream.of("ORCHESTRATOR_URL", orchestrator.url(), "REDIS_URL", redis.url()),
                        Stream.of(settings),
                        Stream.of(more))
                .flatMap(some -> some)
                .toArray(String[]::new);
        R replica = starter.apply(all);
        replicas.add(replica);
        return replica;
    }

    public R replica(int index) {
        return replicas.get(index);
    }

    public int port(int index) {
        return replica(index).port();
    }

    public int size() {
        return replicas.size();
    }

    public RedisServer redis() {
        return redis;
    }

    /** Its scripts and records; another one after it was away. */
    public Control orchestrator() {
        return orchestrator.control();
    }

    public ScriptedOrchestrator upstream() {
        return orchestrator;
    }

    /** How often the Orchestrator was asked for an answer. */
    public long turnsAsked() {
        return orchestrator().requests(Endpoint.STREAM);
    }

    @Override
    public void close() {
        replicas.forEach(Replica::close);
        orchestrator.close();
        redis.close();
    }
}
