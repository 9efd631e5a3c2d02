package nova.chat.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** An HTTP request as bytes, for what no client library would send, and its answer as bytes, for what none would show. */
public final class RawRequest {
    private static final int WAIT_MS = 30_000;

    private RawRequest() {}

    /** Sends a head on a connection of its own, with {@code Host} and {@code Connection: close}; answers all that came. */
    public static String send(int port, String requestLine, String... headers) {
        StringBuilder head = new StringBuilder(requestLine).append("\r\nHost: chat\r\nConnection: close\r\n");
        for (String header : headers) {
            head.append(header).append("\r\n");
        }
        return sendBytes(port, head.append("\r\n").toString());
    }

    /** Sends the text, one byte a character, and nothing else. */
    public static String sendBytes(int port, String text) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(WAIT_MS);
            socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
            return untilClosed(socket);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A reset ends an answer too: the server need not read what it refuses. */
    private static String untilClosed(Socket socket) throws IOException {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        try {
            socket.getInputStream().transferTo(answer);
        } catch (java.net.SocketException reset) {
            return answer.toString(StandardCharsets.ISO_8859_1);
        }
        return answer.toString(StandardCharsets.ISO_8859_1);
    }
}
