package nova.chat.endtoend;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** HTTP by hand, for requests that no library sends. */
final class Raw {
    private Raw() {}

    /** The status line and headers of the answer to a WebSocket's handshake; header names in lower case. */
    static List<String> upgrade(int port, String uri, String... headerLines) throws IOException {
        List<String> lines = new ArrayList<>(List.of(
                "GET " + uri + " HTTP/1.1",
                "Host: 127.0.0.1:" + port,
                "Connection: Upgrade",
                "Upgrade: websocket",
                "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="));
        lines.addAll(List.of(headerLines));
        return ask(port, lines);
    }

    /** The same for any request. */
    static List<String> request(int port, String method, String uri, String... headerLines) throws IOException {
        List<String> lines = new ArrayList<>(List.of(method + " " + uri + " HTTP/1.1", "Host: 127.0.0.1:" + port));
        lines.addAll(List.of(headerLines));
        return ask(port, lines);
    }

    static int status(int port, String uri, String... headerLines) throws IOException {
        return status(upgrade(port, uri, headerLines));
    }

    static int status(List<String> answer) {
        return Integer.parseInt(answer.get(0).split(" ", -1)[1]);
    }

    /** All values of a header, named in lower case. */
    static List<String> header(List<String> answer, String name) {
        return answer.stream()
                .filter(line -> line.startsWith(name + ": "))
                .map(line -> line.substring(name.length() + 2))
                .toList();
    }

    private static List<String> ask(int port, List<String> request) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream()
                    .write((String.join("\r\n", request) + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1));
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                int c = socket.getInputStream().read();
                if (c < 0) {
                    throw new IOException("closed after: " + head);
                }
                head.append((char) c);
            }
            List<String> answer = new ArrayList<>();
            for (String line : head.toString().strip().split("\r\n", -1)) {
                int colon = line.indexOf(": ");
                answer.add(
                        answer.isEmpty() || colon < 0
                                ? line
                                : line.substring(0, colon).toLowerCase(Locale.ROOT) + line.substring(colon));
            }
            return answer;
        }
    }
}
