package nova.chat.resume;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import nova.chat.standin.Endpoint;
import nova.chat.standin.Script;
import nova.chat.testing.Fleet;
import nova.chat.testing.Proxy;
import nova.chat.testing.Proxy.Way;
import nova.chat.testing.Service;
import nova.chat.testing.V2Client;
import org.junit.jupiter.api.Test;

/** A replica that loses sight of Redis while it runs a turn: the others take the session, and it finds out. */
class CutOffTest {
    @Test
    void all_viewers_end_up_with_one_story_however_the_writer_was_cut_off() {
        try (Fleet<Service> fleet = Fleet.inThisJvm(2);
                Proxy proxy = Proxy.to(fleet.redis().port())) {
            Service apart = fleet.add("REDIS_URL", "redis://127.0.0.1:" + proxy.port() + "/3");
            fleet.orchestrator()
                    .next(Endpoint.STREAM, Script.stream().text("half").hang());
            fleet.orchestrator()
                    .always(Endpoint.STREAM, Script.stream().text("ok").done());
            try (V2Client asker = V2Client.begin(apart.port());
                    V2Client remote = V2Client.join(fleet.port(0), asker.session())) {
                String turn = asker.say("hi", "m").awaitText("m");
                remote.awaitText("m");
                proxy.swallow(Way.TO_SERVER);
                assertThat(remote.ends(remote.awaitEnd("m"))).containsExactly("interrupted");
                assertThat(remote.text(turn)).isEqualTo("half");
                assertThat(remote.text(remote.say("next", "n").awaitEnd("n"))).isEqualTo("ok");
                proxy.heal();
                asker.await("what the others know", () -> remote.epoch().equals(asker.epoch()));
                for (V2Client client : List.of(asker, remote)) {
                    assertThat(client.ends(client.awaitEnd("m"))).containsExactly("interrupted");
                    assertThat(client.text(turn)).isEqualTo("half");
                    assertThat(client.text(client.awaitEnd("n"))).isEqualTo("ok");
                    assertThat(client.faults()).isEmpty();
                }
                assertThat(asker.text(asker.say("and on", "o").awaitEnd("o"))).isEqualTo("ok");
                assertThat(remote.text(remote.awaitEnd("o"))).isEqualTo("ok");
            }
        }
    }
}
