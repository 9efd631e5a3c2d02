package nova.chat.resume;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import nova.chat.standin.Endpoint;
import nova.chat.standin.Script;
import nova.chat.testing.Fleet;
import nova.chat.testing.Service;
import nova.chat.testing.V2Client;
import org.junit.jupiter.api.Test;

/**
 * What an answer of a thousand pieces asks of Redis, by Redis's own count: prints the figures of ARCHITECTURE.md, "What it
 * costs". The bounds are generous, since on a busy machine an answer takes longer and is written more often; what they find
 * is a cost that grows with the pieces, or with those who read along.
 */
class CostTest {
    private static final int PIECES = 1_000;

    @Test
    void a_thousand_pieces_at_fifty_a_second_are_at_most_a_write_each_whoever_reads_along() {
        try (Answer alone = new Answer(0);
                Answer followed = new Answer(1)) {
            alone.ask(Duration.ofMillis(20));
            followed.ask(Duration.ofMillis(20));
            for (Answer answer : List.of(alone, followed)) {
                Map<String, Long> cost = answer.cost("50 a second");
                assertThat(cost.get("xadd")).isLessThan(PIECES + 100);
                assertThat(cost.get("evalsha")).isLessThan(PIECES + 300);
                assertThat(cost.getOrDefault("xrange", 0L)).as("readings").isLessThan(100);
            }
        }
    }

    @Test
    void a_thousand_pieces_all_at_once_are_few_writes() {
        try (Answer alone = new Answer(0);
                Answer followed = new Answer(1)) {
            for (Answer answer : List.of(alone, followed)) {
                answer.ask(Duration.ZERO);
                Map<String, Long> cost = answer.cost("all at once");
                assertThat(cost.get("evalsha")).isLessThan(PIECES / 4);
            }
        }
    }

    /** One answer, on replicas and a Redis of its own: read where it is written, and on so many other replicas. */
    private static final class Answer implements AutoCloseable {
        private final int elsewhere;
        private final Fleet<Service> fleet;
        private final V2Client asker;
        private final V2Client reader;
        private Map<String, Long> before = Map.of();

        Answer(int elsewhere) {
            this.elsewhere = elsewhere;
            fleet = Fleet.inThisJvm(1 + elsewhere);
            asker = V2Client.begin(fleet.port(0));
            reader = V2Client.join(fleet.port(elsewhere), asker.session());
        }

        void ask(Duration every) {
            fleet.orchestrator()
                    .always(
                            Endpoint.STREAM,
                            Script.stream().deltas(PIECES, 6, every).done());
            before = commands();
            asker.say("hi", "m");
        }

        Map<String, Long> cost(String pace) {
            String turn = asker.awaitEnd("m");
            assertThat(reader.text(reader.awaitEnd("m"))).isEqualTo(asker.text(turn));
            Map<String, Long> cost = commands();
            cost.replaceAll((name, count) -> count - before.getOrDefault(name, 0L));
            cost.keySet().removeAll(List.of("info", "select")); // which ask here
            cost.values().removeIf(count -> count == 0);
            long all = cost.values().stream().mapToLong(Long::longValue).sum();
            System.out.println(PIECES + " pieces, " + pace + ", replicas beside the writer: " + elsewhere + ": " + all
                    + " " + cost);
            return cost;
        }

        /** Those inside scripts too. */
        private Map<String, Long> commands() {
            Map<String, Long> commands = new TreeMap<>();
            ((String) fleet.redis().command("INFO", "commandstats"))
                    .lines()
                    .filter(line -> line.startsWith("cmdstat_"))
                    .forEach(line -> commands.put(
                            line.replaceAll("cmdstat_([^:]*):.*", "$1"),
                            Long.parseLong(line.replaceAll("[^=]*=(\\d+),.*", "$1"))));
            return commands;
        }

        @Override
        public void close() {
            asker.close();
            reader.close();
            fleet.close();
        }
    }
}
