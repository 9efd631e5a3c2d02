package nova.chat.endtoend;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import nova.chat.testing.Bridge;
import nova.chat.testing.RawSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What comes before a WebSocket: every request has one answer, and a wrong one says what is wrong. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HandshakeTest {
    private static final Pattern STATUS_LINE = Pattern.compile("HTTP/\\d\\.\\d (\\d{3})");

    private Bridge bridge;

    @BeforeAll
    void start() {
        bridge = Bridge.start();
    }

    @AfterEach
    void a_good_client_is_served() {
        try (RawSocket good = RawSocket.webSocket(bridge.service().port())) {
            good.message("system");
        }
    }

    @AfterAll
    void stop() {
        bridge.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"7", "8", "12", "14", "", "13, 8", "x"})
    void another_version_is_told_which_one_is_spoken(String version) {
        RawSocket.Answer answer =
                ask(RawSocket.handshake().replace("Sec-WebSocket-Version: 13", "Sec-WebSocket-Version: " + version));
        assertThat(answer.status()).isEqualTo(426);
        assertThat(answer.hasHeader("sec-websocket-version: 13")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
                "Sec-WebSocket-Version: 13\r\n",
                "Upgrade: websocket\r\n",
                "Connection: Upgrade\r\n"
            })
    void a_handshake_that_lacks_a_header_is_refused(String header) {
        assertThat(ask(RawSocket.handshake().replace(header, "")).status()).isBetween(400, 426);
    }

    @Test
    void only_http_1_1_and_get_can_be_upgraded() {
        assertThat(ask(RawSocket.handshake().replace("HTTP/1.1", "HTTP/1.0")).status())
                .isEqualTo(426);
        assertThat(ask(RawSocket.handshake().replace("GET", "POST")).status()).isEqualTo(405);
        assertThat(ask(RawSocket.handshake().replace("/ws/chat", "/ws/other")).status())
                .isEqualTo(404);
        try (RawSocket head = RawSocket.tcp(bridge.service().port())) {
            head.send(RawSocket.handshake().replace("GET", "HEAD")).finish();
            assertThat(head.rest()).startsWith("HTTP/1.1 426 ").endsWith("\r\n\r\n");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {8_300, 20_000, 200_000})
    void a_long_request_line_is_414_also_in_an_upgrade(int length) {
        String long_ = "/ws/chat?token=" + "x".repeat(length);
        assertThat(first(RawSocket.handshake().replace("/ws/chat", long_))).isEqualTo(414);
    }

    @ParameterizedTest
    @ValueSource(ints = {17_000, 200_000})
    void large_headers_are_431_also_in_an_upgrade(int length) {
        assertThat(first(RawSocket.handshake("X-Large: " + "x".repeat(length)))).isEqualTo(431);
        String many = "\r\nX-Header: value".repeat(length / 15); // line ends are not counted
        assertThat(first(RawSocket.handshake("X-A: b" + many))).isEqualTo(431);
    }

    @Test
    void what_fits_is_taken() {
        assertThat(ask(RawSocket.handshake("X-Large: " + "x".repeat(12_000))).status())
                .isEqualTo(101);
        assertThat(ask(RawSocket.handshake().replace("/ws/chat", "/ws/chat?x=" + "x".repeat(7_000)))
                        .status())
                .isEqualTo(101);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Host: a\r\nHost: b\r\n", "Host: a\r\nHost: a\r\n"})
    void none_or_two_hosts_are_400(String hosts) {
        assertThat(ask(RawSocket.handshake().replace("Host: 127.0.0.1\r\n", hosts))
                        .status())
                .isEqualTo(400);
        assertThat(first("GET /health/live HTTP/1.1\r\n" + hosts + "\r\n")).isEqualTo(400);
    }

    static Stream<String> crafted() {
        String smuggled = "GET /health/ready HTTP/1.1\r\nHost: x\r\n\r\n";
        String chunk = "0\r\n\r\n" + smuggled;
        String post = "POST /health/live HTTP/1.1\r\nHost: x\r\n";
        return Stream.of(
                post + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk,
                post + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n" + chunk,
                post + "Content-Length: 0\r\nContent-Length: " + smuggled.length() + "\r\n\r\n" + smuggled,
                post + "Content-Length: +" + smuggled.length() + "\r\n\r\n" + smuggled,
                post + "Content-Length: 0x" + smuggled.length() + "\r\n\r\n" + smuggled,
                post + "Content-Length : " + smuggled.length() + "\r\n\r\n" + smuggled,
                post + "Transfer-Encoding : chunked\r\n\r\n" + chunk,
                post + "Transfer-Encoding: xchunked\r\nContent-Length: " + smuggled.length() + "\r\n\r\n" + smuggled,
                post + "Transfer-Encoding: chunked, identity\r\n\r\n" + chunk,
                post + "X: y\r\n Content-Length: 0\r\nContent-Length: " + smuggled.length() + "\r\n\r\n" + smuggled,
                post + "Content-Length: " + smuggled.length() + "\r\n\r\n" + smuggled,
                post + "Transfer-Encoding: chunked\r\n\r\n" + Integer.toHexString(smuggled.length()) + ";a=\n\r\n"
                        + smuggled + "\r\n0\r\n\r\n",
                "GET /health/live HTTP/1.1\r\nHost: x\r\nX\u0000Y: z\r\n\r\n",
                "GET  /health/live  HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET /health/live HTTP/9.9\r\nHost: x\r\n\r\n",
                RawSocket.handshake("Content-Length: " + smuggled.length()) + smuggled);
    }

    /** One answer, or a 400 and nothing more; never one for what stood in a body. */
    @ParameterizedTest
    @MethodSource("crafted")
    void a_crafted_request_has_one_answer(String request) {
        try (RawSocket client = RawSocket.tcp(bridge.service().port())) {
            client.send(request);
            client.finish();
            String all = client.rest();
            List<String> answers = STATUS_LINE
                    .matcher(all)
                    .results()
                    .map(found -> found.group(1))
                    .toList();
            assertThat(answers).as(all).isNotEmpty();
            assertThat(answers.size() == 1 || answers.get(0).equals("400"))
                    .as(all)
                    .isTrue();
            assertThat(all).doesNotContain("\"checks\"");
        }
    }

    @Test
    void two_requests_on_one_connection_have_two_answers() {
        String get = "GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n";
        try (RawSocket client = RawSocket.tcp(bridge.service().port())) {
            client.send(get + get);
            assertThat(client.answer().status()).isEqualTo(200);
            assertThat(client.answer().status()).isEqualTo(200);
        }
    }

    private RawSocket.Answer ask(String request) {
        try (RawSocket client = RawSocket.tcp(bridge.service().port())) {
            return client.send(request).answer();
        }
    }

    /** The status of the answer to a request that may be refused before all of it was sent. */
    private int first(String request) {
        try (RawSocket client = RawSocket.tcp(bridge.service().port())) {
            client.trySend(request.getBytes(ISO_8859_1));
            return client.answer().status();
        }
    }
}
