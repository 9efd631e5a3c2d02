package nova.chat.process;

import static org.assertj.core.api.Assertions.assertThat;

import nova.chat.testing.Get;
import nova.chat.testing.PageSources;
import nova.chat.testing.ServiceProcess;
import nova.chat.testing.TestClient;
import org.junit.jupiter.api.Test;

/** What a newcomer gets: the built-in Orchestrator, no Redis, and a chat that remembers. */
class FirstRunIT {
    @Test
    void a_chat_with_the_built_in_orchestrator_remembers_what_was_said() {
        try (ServiceProcess service = ServiceProcess.start("ORCHESTRATOR_URL", "standin", "REDIS_URL", "memory")) {
            String session;
            try (TestClient client = service.client()) {
                session = client.session();
                assertThat(client.say("My name is Ada Lovelace, remember that please")
                                .answer())
                        .contains("You have said 1 thing so far", "My name is Ada Lovelace");
            }
            try (TestClient client = service.client("?session_id=" + session)) {
                assertThat(client.session()).isEqualTo(session);
                assertThat(client.say("And this is the second thing that I say").answer())
                        .contains("You have said 2 things so far; the first was", "My name is Ada Lovelace");
            }
            assertThat(Get.get(service.port(), "/health/ready?strict=1").statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void the_page_is_in_the_jar_file_for_file() {
        try (ServiceProcess service = ServiceProcess.start("ORCHESTRATOR_URL", "standin")) {
            PageSources.all()
                    .forEach((path, source) -> assertThat(PageSources.asWritten(
                                    Get.bytes(service.port(), path).body()))
                            .as(path)
                            .isEqualTo(source));
        }
    }

    @Test
    void keys_given_by_environment_are_needed_and_never_shown() {
        try (ServiceProcess service = ServiceProcess.start(
                "ORCHESTRATOR_URL", "standin", "STANDIN_API_KEYS", "sk-nova-first, sk-nova-second")) {
            try (TestClient client = service.client("?token=sk-nova-second")) {
                client.session();
                assertThat(client.say("hello there, it is me").answer()).contains("You have said 1 thing");
            }
            try (TestClient client = service.client("?token=sk-nova-third")) {
                assertThat(client.closeCode()).isEqualTo(4001);
            }
            assertThat(service.lines()).noneMatch(line -> line.contains("sk-nova-"));
        }
    }
}
