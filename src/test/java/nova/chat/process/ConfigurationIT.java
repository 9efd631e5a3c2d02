package nova.chat.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import nova.chat.testing.ServiceProcess;
import org.junit.jupiter.api.Test;

/** A process that is set up wrongly says so and ends, with a status that scripts can tell; a right one starts. */
class ConfigurationIT {
    private static final Duration SOON = Duration.ofSeconds(30);

    @Test
    void bad_values_are_all_named_on_standard_error_and_the_status_is_2() {
        try (ServiceProcess service = launch(
                "SERVICE_PORT",
                "http",
                "LOG_LEVEL",
                "LOUD",
                "REDIS_URL",
                "redis://user:hush@/x y",
                "DRAIN_TIMEOUT",
                "5s")) {
            assertThat(service.exit(SOON)).isEqualTo(2);
            assertThat(service.lines()).isEmpty();
            assertThat(service.complaints().lines()).hasSize(3).allMatch(line -> line.contains("Allowed: "));
            assertThat(service.complaints())
                    .contains(
                            "SERVICE_PORT=\"http\"", "65535", "LOG_LEVEL=\"LOUD\"", "`WARNING`", "REDIS_URL=\"redis://")
                    .doesNotContain("DRAIN_TIMEOUT", "hush", "Exception", "\tat ");
        }
    }

    @Test
    void help_prints_every_variable_and_starts_nothing() {
        try (ServiceProcess service = ServiceProcess.launch(List.of(), List.of("--help"), "SERVICE_PORT", "nonsense")) {
            assertThat(service.exit(SOON)).isZero();
            assertThat(service.complaints()).isEmpty();
            assertThat(String.join("\n", service.lines()))
                    .contains("ORCHESTRATOR_URL", "SERVICE_PORT", "CORS_ALLOWED_ORIGINS", "LOG_LEVEL", "REDIS_URL")
                    .contains("default 8080", "Allowed: ");
        }
    }

    @Test
    void unknown_variables_are_ignored_and_blank_ones_unset() {
        try (ServiceProcess service = ServiceProcess.start(
                "ORCHESTRATOR_URL",
                "standin",
                "SERVICE_PROT",
                "x",
                "NOVA",
                "",
                "LOG_LEVEL",
                " info ",
                "DEFAULT_MODEL",
                " ")) {
            assertThat(service.log().get(0).getString("DEFAULT_MODEL")).isEqualTo("auto");
            assertThat(service.log().get(0).getString("REDIS_URL")).isEqualTo("memory");
            service.terminate();
            assertThat(service.exit(SOON)).isZero();
        }
    }

    @Test
    void a_port_that_is_taken_is_a_clear_error_and_the_status_is_1() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ServiceProcess service = launch("SERVICE_PORT", String.valueOf(taken.getLocalPort()))) {
            assertThat(service.exit(SOON)).isEqualTo(1);
            assertThat(service.complaints()).isEmpty();
            assertThat(service.log()).last().satisfies(line -> {
                assertThat(line.getString("level")).isEqualTo("ERROR");
                assertThat(line.getString("message")).contains("cannot start");
                assertThat(line.encode()).contains("in use", String.valueOf(taken.getLocalPort()));
            });
        }
    }

    private static ServiceProcess launch(String... settings) {
        List<String> all = new java.util.ArrayList<>(
                List.of("SERVICE_HOST", "127.0.0.1", "ORCHESTRATOR_URL", "standin", "REDIS_URL", "memory"));
        all.addAll(List.of(settings));
        return ServiceProcess.launch(List.of(), List.of(), all.toArray(String[]::new));
    }
}
