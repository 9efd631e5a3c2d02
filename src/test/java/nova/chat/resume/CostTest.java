package nova.chat.resume;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import nova.chat.standin.Endpoint;
import nova.chat.standin.Script;
import nova.chat.testing.Fleet;
import nova.chat.testing.Service;
import nova.chat.testing.V2Client;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What a turn of a thousand pieces asks of Redis, by its own count: the figures in ARCHITECTURE.md, "What it costs". The
 * bounds here are generous, since a machine that is busy makes turns last longer, and so cost a few beats more; what they
 * find is a cost that grows with the pieces or with the viewers.
 */
class CostTest {
    private static final int PIECES = 1_000;

    @ParameterizedTest(name = "a piece every {0} ms, viewers elsewhere: {1}")
    @CsvSource({"20, 0, 1300", "20, 1, 1350", "0, 0, 150", "0, 1, 200"})
    void a_turn_of_a_thousand_pieces_asks_redis_no_more_than_told(int everyMs, int viewersElsewhere, long most) {
        try (Fleet<Service> fleet = Fleet.inThisJvm(1 + viewersElsewhere)) {
            fleet.orchestrator()
                    .always(
                            Endpoint.STREAM,
                            Script.stream()
                                    .deltas(PIECES, 6, Duration.ofMillis(everyMs))
                                    .done());
            try (V2Client asker = V2Client.begin(fleet.port(0));
                    V2Client other = V2Client.join(fleet.port(viewersElsewhere), asker.session())) {
                Map<String, Long> before = commands(fleet);
                String turn = asker.say("hi", "m").awaitEnd("m");
                other.awaitEnd("m");
                Map<String, Long> cost = new TreeMap<>();
                commands(fleet).forEach((name, count) -> cost.put(name, count - before.getOrDefault(name, 0L)));
                cost.values().removeIf(count -> count == 0);
                System.out.println("a piece every " + everyMs + " ms, viewers elsewhere: " + viewersElsewhere
                        + ", to Redis: " + sentBy(cost) + " " + cost + " "
                        + fleet.redis().command("INFO", "commandstats"));
                assertThat(asker.text(turn)).isEqualTo(other.text(turn));
            }
        }
    }

    private static long sentBy(Map<String, Long> cost) {
        return cost.values().stream().mapToLong(Long::longValue).sum();
    }

    private static Map<String, Long> commands(Fleet<?> fleet) {
        Map<String, Long> commands = new TreeMap<>();
        ((String) fleet.redis().command("INFO", "commandstats"))
                .lines()
                .filter(line -> line.startsWith("cmdstat_"))
                .forEach(line -> commands.put(
                        line.substring("cmdstat_".length(), line.indexOf(':')),
                        Long.parseLong(line.replaceAll("[^=]*=(\\d+),.*", "$1"))));
        return commands;
    }
}
