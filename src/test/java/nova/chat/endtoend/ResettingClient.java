package nova.chat.endtoend;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A client on a bare socket, whose connection ends with a TCP reset: what a library's client cannot be made to do. */
final class ResettingClient implements AutoCloseable {
    private static final int TIMEOUT_MS = 30_000;
    private static final String END_OF_HEADER = "\r\n\r\n";

    private final Socket socket;

    /** Connected, and in that session. */
    ResettingClient(int port, String session) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(TIMEOUT_MS);
        socket.getOutputStream().write(ascii("""
                GET /ws/chat?session_id=%s HTTP/1.1\r
                Host: 127.0.0.1\r
                Upgrade: websocket\r
                Connection: Upgrade\r
                Sec-WebSocket-Version: 13\r
                Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
                \r
                """.formatted(session)));
        skipHeader();
    }

    /** Sends a message of at most 125 bytes in all, masked with zeroes. */
    void say(String content) throws IOException {
        byte[] text = ascii("{\"type\":\"user\",\"content\":\"" + content + "\"}");
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.writeBytes(new byte[] {(byte) 0x81, (byte) (0x80 | text.length), 0, 0, 0, 0});
        frame.writeBytes(text);
        socket.getOutputStream().write(frame.toByteArray());
    }

    private void skipHeader() throws IOException {
        InputStream in = socket.getInputStream();
        StringBuilder header = new StringBuilder();
        while (header.indexOf(END_OF_HEADER) < 0) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("closed after " + header);
            }
            header.append((char) next);
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Resets the connection. */
    @Override
    public void close() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }
}
