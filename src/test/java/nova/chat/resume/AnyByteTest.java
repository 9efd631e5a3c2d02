package nova.chat.resume;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import nova.chat.standin.Endpoint;
import nova.chat.testing.Fleet;
import nova.chat.testing.ScriptedOrchestrator;
import nova.chat.testing.Service;
import nova.chat.testing.V2Client;
import org.junit.jupiter.api.Test;

/**
 * Clients whose connections break at any byte and who come back to any replica. Everything that chance decides comes from
 * one seed, which is printed: {@code -Dresume.seed=… -Dresume.runs=1} is one run again.
 */
class AnyByteTest {
    private static final int RUNS = Integer.getInteger("resume.runs", 2_000);
    private static final int AT_A_TIME = 50;
    private static final int ENOUGH_FAILURES = 3;
    private static final String[] EVERYTHING = {"status", "thinking", "meta", "user"};

    private final AtomicInteger failures = new AtomicInteger();
    /** Snapshots where the log could have gone on: allowed on a replica that hears too late of what the client has. */
    private final AtomicInteger needlessResets = new AtomicInteger();

    @Test
    void an_answer_is_the_same_for_who_was_cut_at_any_byte_and_came_back_to_any_replica() throws Exception {
        long seed = Long.getLong("resume.seed", new Random().nextInt(1_000_000_000));
        System.out.printf("%d runs, the first is -Dresume.seed=%d%n", RUNS, seed);
        ExecutorService clients = Executors.newFixedThreadPool(AT_A_TIME);
        try (Fleet<Service> fleet = Fleet.inThisJvm(3)) {
            fleet.orchestrator()
                    .always(
                            Endpoint.STREAM,
                            request -> Story.of(Long.parseLong(ScriptedOrchestrator.question(request)))
                                    .script());
            List<Callable<Void>> runs = new ArrayList<>();
            for (int i = 0; i < RUNS; i++) {
                long own = seed + i;
                runs.add(() -> run(own, fleet));
            }
            rethrowFirst(clients.invokeAll(runs));
            assertThat(fleet.turnsAsked()).isEqualTo(RUNS);
            assertThat(needlessResets.get()).isLessThanOrEqualTo(RUNS / 50);
        } finally {
            clients.shutdownNow();
        }
    }

    private Void run(long seed, Fleet<Service> fleet) {
        if (failures.get() < ENOUGH_FAILURES) {
            try {
                readWhileCut(
                        new Random(~seed), String.valueOf(seed), Story.of(seed).text(), fleet);
            } catch (RuntimeException | Error failed) {
                failures.incrementAndGet();
                throw new AssertionError("-Dresume.runs=1 -Dresume.seed=" + seed, failed);
            }
        }
        return null;
    }

    private void readWhileCut(Random random, String question, String expected, Fleet<Service> fleet) {
        try (V2Client client = V2Client.to(null, random.nextBoolean() ? EVERYTHING : new String[0])) {
            client.say(question, question);
            for (int cuts = 1 + random.nextInt(8); cuts > 0; cuts--) {
                if (client.session() != null && random.nextInt(8) == 0) {
                    client.forget();
                }
                client.cutAfter(1 + random.nextInt(16 << random.nextInt(11)));
                client.connect(fleet.port(random.nextInt(fleet.size())));
                client.await("the cut or the end", () -> client.isClosed() || ended(client, question));
            }
            client.connect(fleet.port(random.nextInt(fleet.size())));
            String turn = client.awaitEnd(question);
            client.awaitSynced().ping("now");
            var pong = client.awaitFrame("pong", frame -> "now".equals(frame.getString("id")));
            assertThat(client.ends(turn)).containsExactly("complete");
            assertThat(client.text(turn)).isEqualTo(expected);
            assertThat(client.turns()).containsExactly(turn);
            assertThat(client.faults()).isEmpty();
            needlessResets.addAndGet(client.resets());
            assertThat(pong.getString("epoch")).isEqualTo(client.epoch());
            assertThat(pong.getLong("seq")).isEqualTo(client.last());
        }
    }

    private static boolean ended(V2Client client, String ref) {
        return client.turn(ref) != null && !client.ends(client.turn(ref)).isEmpty();
    }

    private static void rethrowFirst(List<Future<Void>> runs) throws InterruptedException {
        for (Future<Void> run : runs) {
            try {
                run.get();
            } catch (ExecutionException failed) {
                throw new AssertionError(
                        failed.getCause().getMessage(), failed.getCause().getCause());
            }
        }
    }
}
