package nova.chat.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
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
            write(socket, text);
            return untilClosed(socket);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The server need not read what it refuses: it may have answered and gone while this is still being written. */
    private static void write(Socket socket, String text) throws IOException {
        try {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        } catch (SocketException gone) {
            return; // reading finds what came, or the same reset
        }
    }

    /** A reset ends an answer too. */
    private static String untilClosed(Socket socket) throws IOException {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        try {
            socket.getInputStream().transferTo(answer);
        } catch (SocketException reset) {
            return answer.toString(StandardCharsets.ISO_8859_1);
        }
        return answer.toString(StandardCharsets.ISO_8859_1);
    }
}
