package nova.chat.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import nova.chat.standin.Endpoint;
import nova.chat.standin.Recorded;
import nova.chat.standin.Script;
import nova.chat.testing.RedisServer;
import nova.chat.testing.ScriptedOrchestrator;
import nova.chat.testing.ServiceProcess;
import nova.chat.testing.TestClient;
import org.junit.jupiter.api.Test;

/** {@code kill -9}, and a new process on the same Redis: what was said to be there is there. */
class CrashIT {
    private static final Duration BACK = Duration.ofSeconds(15);

    @Test
    void a_session_answers_again_in_time_and_the_question_that_was_lost_is_in_its_history() {
        try (RedisServer redis = RedisServer.started();
                ScriptedOrchestrator orchestrator = new ScriptedOrchestrator(100)) {
            orchestrator
                    .control()
                    .next(
                            Endpoint.STREAM,
                            Script.stream().text("half").hang(),
                            Script.stream().text("whole").done());
            String session;
            try (ServiceProcess service = service(orchestrator, redis);
                    TestClient client = service.client()) {
                session = client.session();
                client.say("the lost question").next("stream_chunk");
                service.kill();
            }
            long killed = System.nanoTime();
            try (ServiceProcess service = service(orchestrator, redis);
                    TestClient client = service.client("?session_id=" + session)) {
                assertThat(client.session()).isEqualTo(session);
                client.say("the next question");
                assertThat(client.error().getString("code")).isEqualTo("interrupted"); // the lost one's end
                assertThat(client.answer()).isEqualTo("whole");
                assertThat(Duration.ofNanos(System.nanoTime() - killed)).isLessThan(BACK);
            }
            assertThat(orchestrator.lastConversation())
                    .containsExactly("user: the lost question", "user: the next question");
            assertThat(orchestrator.control().requests(Endpoint.AGENTS)).isEqualTo(1);
        }
    }

    @Test
    void no_acknowledged_turn_is_lost_in_five_kills() {
        try (RedisServer redis = RedisServer.started();
                ScriptedOrchestrator orchestrator = new ScriptedOrchestrator(100)) {
            orchestrator.control().always(Endpoint.STREAM, CrashIT::echo);
            List<String> said = new ArrayList<>();
            String session = "five-kills";
            for (int kill = 0; kill < 5; kill++) {
                try (ServiceProcess service = service(orchestrator, redis);
                        TestClient client = service.client("?session_id=" + session)) {
                    client.session();
                    for (int turn = 0; turn < 3; turn++) {
                        String question = "question " + said.size() / 2;
                        String answer = client.say(question).answer();
                        said.add("user: " + question);
                        said.add("assistant: " + answer);
                    }
                    service.kill(); // with the last stream_end hardly here
                }
            }
            try (ServiceProcess service = service(orchestrator, redis);
                    TestClient client = service.client("?session_id=" + session)) {
                client.session();
                client.say("last").answer();
            }
            said.add("user: last");
            assertThat(said).hasSize(31);
            assertThat(orchestrator.lastConversation()).isEqualTo(said);
            assertThat(orchestrator.control().requests(Endpoint.STREAM)).isEqualTo(16);
        }
    }

    private static Script echo(Recorded request) {
        var messages = request.json().getJsonArray("messages");
        String last = messages.getJsonObject(messages.size() - 1).getString("content");
        return Script.stream().text("answer to ").text(last).done();
    }

    private static ServiceProcess service(ScriptedOrchestrator orchestrator, RedisServer redis) {
        return ServiceProcess.start("ORCHESTRATOR_URL", orchestrator.url(), "REDIS_URL", redis.url())
                .awaitReady();
    }
}
