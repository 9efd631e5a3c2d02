package nova.chat.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import nova.chat.standin.Endpoint;
import nova.chat.standin.Script;
import nova.chat.standin.Sse;
import nova.chat.testing.Bridge;
import nova.chat.testing.RawSocket;
import nova.chat.testing.RedisServer;
import nova.chat.testing.ScriptedOrchestrator;
import nova.chat.testing.ServiceProcess;
import nova.chat.testing.V2Client;
import org.junit.jupiter.api.Test;

/** A thousand viewers of one turn, some of whom stop reading, in a small heap. */
class AudienceIT {
    private static final List<String> SMALL = List.of("-Xmx256m");
    private static final long MAX_RESIDENT_BYTES = 512L * 1024 * 1024;
    private static final int VIEWERS = 1_000;
    private static final int STALLED_EVERY = 100;
    private static final int DELTAS = 200;
    private static final int CHARS = 1_000;
    /** As upstream does it: a thousand viewers may take longer to come than an answer may be silent. */
    private static final Duration HEARTBEAT = Duration.ofSeconds(3);

    /** Who does not read answers no ping either: it is to be found slow before it is found dead. */
    private static final String PATIENCE = "5m";

    /** A kernel takes some megabytes for a loopback connection that does not read. */
    private static final int SNAPSHOTS = 30;

    @Test
    void the_stalled_are_closed_and_resume_and_nobody_else_notices() {
        Script.Gate gate = new Script.Gate();
        Script.Gate rest = new Script.Gate();
        StringBuilder expected = new StringBuilder("<");
        for (int i = 0; i < DELTAS; i++) {
            expected.append(Sse.delta(i, CHARS));
        }
        String whole = expected.append(">").toString();
        try (RedisServer redis = RedisServer.started();
                ScriptedOrchestrator orchestrator = new ScriptedOrchestrator(0);
                ServiceProcess service = ServiceProcess.start(
                        SMALL,
                        "ORCHESTRATOR_URL",
                        orchestrator.url(),
                        "REDIS_URL",
                        redis.url(),
                        "WS_MAX_PER_IP",
                        "3000",
                        "WS_PING_INTERVAL",
                        PATIENCE,
                        "WS_SLOW_TIMEOUT",
                        "3s")) {
            orchestrator
                    .control()
                    .next(
                            Endpoint.STREAM,
                            Script.stream()
                                    .text("<")
                                    .await(gate, HEARTBEAT)
                                    .deltas(DELTAS, CHARS, Duration.ofMillis(30))
                                    .await(rest, HEARTBEAT)
                                    .text(">")
                                    .done());
            V2Client asker = V2Client.begin(service.port()).say("hi", "m");
            String turn = asker.awaitText("m");
            List<V2Client> reading = new ArrayList<>(List.of(asker));
            List<V2Client> stalled = new ArrayList<>();
            for (int i = 0; i < VIEWERS; i++) {
                boolean stalls = i % STALLED_EVERY == 0;
                V2Client viewer = V2Client.to(asker.session()).remembering(10).persistent();
                (stalls ? viewer.narrow() : viewer).connect(service.port()).awaitSynced();
                viewer.stall(stalls);
                (stalls ? stalled : reading).add(viewer);
            }
            gate.open();
            asker.await("most of the text", () -> asker.text(turn).length() == whole.length() - 1);
            stalled.forEach(AudienceIT::askForMuch);
            rest.open();
            for (V2Client viewer : reading) {
                viewer.awaitEnd("m");
                assertWhole(viewer, turn, whole);
                assertThat(viewer.isClosed()).isFalse();
            }
            Bridge.eventually("the stalled are closed", () -> closedAsSlow(service) == stalled.size());
            stalled.forEach(viewer -> viewer.stall(false)); // now they read what the kernel held, and how it ended
            for (V2Client viewer : stalled) {
                assertThat(viewer.awaitClose()).isIn(4010, RawSocket.NO_CLOSE_FRAME); // it is cut 3 s later
                viewer.connect(service.port()).awaitEnd("m");
                assertWhole(viewer, turn, whole);
            }
            reading.forEach(V2Client::close);
            stalled.forEach(V2Client::close);
            long resident = service.peakResidentBytes();
            System.out.printf("%d viewers of one turn: at most %d MB resident%n", VIEWERS, resident >> 20);
            assertThat(resident).isLessThan(MAX_RESIDENT_BYTES);
            assertThat(closedAsSlow(service)).isEqualTo(stalled.size());
        }
    }

    private static void askForMuch(V2Client viewer) {
        JsonObject resume = new JsonObject().put("type", "resume").put("session_id", viewer.session());
        for (int i = 0; i < SNAPSHOTS; i++) {
            viewer.send(resume);
        }
    }

    private static long closedAsSlow(ServiceProcess service) {
        return service.lines().stream()
                .filter(line -> line.contains("\"code\":4010"))
                .count();
    }

    private static void assertWhole(V2Client viewer, String turn, String whole) {
        assertThat(viewer.text(turn).equals(whole)).as("the same text").isTrue();
        assertThat(viewer.ends(turn)).containsExactly("complete");
        assertThat(viewer.faults()).isEmpty();
    }
}
