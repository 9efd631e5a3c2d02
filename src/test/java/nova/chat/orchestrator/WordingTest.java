package nova.chat.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WordingTest {
    private static final Wording WORDING = wording("http://orchestrator.nova.internal:8000/base");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "http://orchestrator:8000|Agent not found|Agent not found",
                "http://orchestrator:8000|The orchestrator is busy|The orchestrator is busy",
                "http://orchestrator:8000|no http://orchestrator:8000/api/v1/x?y=1 here|no the Orchestrator here",
                "http://orchestrator:8000|(HTTP://Orchestrator/x)|(the Orchestrator)",
                "http://orchestrator:8000|at orchestrator:8000.|at the Orchestrator.",
                "http://orchestrator:8000|at orchestrator:80001|at orchestrator:80001",
                "http://orchestrator:8000|see http://orchestrator.example.org/help|see http://orchestrator.example.org/help",
                "http://orchestrator:8000|at 10.0.0.7:8000|at the Orchestrator",
                "http://orchestrator:8000|at 10.0.0.7:6379|at 10.0.0.7:6379",
                "http://10.1.2.3:8000|from 10.1.2.3 and 10.1.2.30|from the Orchestrator and 10.1.2.30",
                "http://u:p@10.1.2.3:8000|http://u:p@10.1.2.3:8000/x|the Orchestrator",
                "http://[::1]:8000|at [::1]:8000 or ::1|at the Orchestrator or the Orchestrator",
                "https://nova.lan|from nova.lan, xnova.lan and nova.land|from the Orchestrator, xnova.lan and nova.land"
            })
    void no_address_of_ours_is_told(String url, String said, String told) {
        assertThat(wording(url).detail(detail(said))).isEqualTo(told);
        assertThat(wording(url).words(said)).isEqualTo(told);
    }

    @Test
    void controls_are_taken_out() {
        assertThat(WORDING.detail(detail(" a\r\nb\0\u001b[31mc\u0085d\u2028e\u202Ef\t\n")))
                .isEqualTo("a b [31mc d e f");
        assertThat(WORDING.detail(Buffer.buffer("{\"detail\":\"half \\ud83d\"}")))
                .isEqualTo("half \uFFFD");
    }

    @Test
    void it_is_cut_at_500_characters_but_never_in_the_middle_of_one() {
        assertThat(WORDING.detail(detail("x".repeat(500)))).isEqualTo("x".repeat(500));
        assertThat(WORDING.detail(detail("x".repeat(501)))).isEqualTo("x".repeat(499) + "…");
        assertThat(WORDING.detail(detail("x".repeat(498) + "🙈🙈"))).isEqualTo("x".repeat(498) + "…");
        assertThat(WORDING.detail(detail("x".repeat(480) + " orchestrator.nova.internal:8000 y".repeat(3))))
                .doesNotContain("nova");
    }

    @Test
    void a_validation_error_says_where_and_what() {
        String body = """
                {"detail":[{"loc":["body","messages",0,"content"],"msg":"Field required","input":"secret"},
                {"loc":[],"msg":"Too long"},{"msg":"No place"},{"loc":["x"]},7,{"loc":"y","msg":8}]}""";
        assertThat(WORDING.detail(Buffer.buffer(body)))
                .isEqualTo("body.messages.0.content: Field required; Too long; No place");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "<html>",
                "[]",
                "\"x\"",
                "null",
                "{}",
                "{\"detail\":null}",
                "{\"detail\":7}",
                "{\"detail\":{\"a\":1}}",
                "{\"detail\":\"\"}",
                "{\"detail\":\" \\n \"}",
                "{\"detail\":[]}",
                "{\"detail\":[[]]}",
                "{\"detail\":\"x\""
            })
    void a_body_without_words_has_no_detail(String body) {
        assertThat(WORDING.detail(Buffer.buffer(body))).isNull();
    }

    @Test
    void a_deep_or_broken_body_has_no_detail() {
        assertThat(WORDING.detail(Buffer.buffer("{\"detail\":" + "[".repeat(60_000))))
                .isNull();
        assertThat(WORDING.detail(Buffer.buffer(new byte[] {(byte) 0xFF, (byte) 0xFE, 0})))
                .isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "http://h:1/a/, false, h, 1, /a",
        "http://H, false, h, 80, ''",
        "https://h/, true, h, 443, ''",
        "HTTPS://h:, true, h, 443, ''",
        "http://nova_orchestrator:8000, false, nova_orchestrator, 8000, ''",
        "http://u:p@h:2/x//, false, h, 2, /x",
        "http://[2001:db8::1]:3, false, [2001:db8::1], 3, ''",
        "http://[::1]/x, false, [::1], 80, /x"
    })
    void urls(String url, boolean tls, String host, int port, String basePath) {
        assertThat(Endpoint.of(URI.create(url))).isEqualTo(new Endpoint(tls, host, port, basePath));
    }

    private static Wording wording(String url) {
        return new Wording(Endpoint.of(URI.create(url)));
    }

    private static Buffer detail(String text) {
        return Buffer.buffer(new JsonObject().put("detail", text).encode());
    }
}
