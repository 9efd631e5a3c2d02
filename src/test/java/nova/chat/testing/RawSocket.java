package nova.chat.testing;

import io.vertx.core.json.JsonObject;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A client that may do everything wrong: HTTP and WebSocket by hand over a plain socket, any byte at any time. It reads
 * only when asked to, and waits at most 20 seconds for a byte.
 */
public final class RawSocket implements AutoCloseable {
    public static final int CONTINUATION = 0;
    public static final int TEXT = 1;
    public static final int BINARY = 2;
    public static final int CLOSE = 8;
    public static final int PING = 9;
    public static final int PONG = 10;

    /** What {@link #closeCode} says of a connection that ended without a close frame. */
    public static final int NO_CLOSE_FRAME = 1006;

    private static final int WAIT_MS = 20_000;
    private static final byte[] MASK = {0x37, (byte) 0xfa, 0x21, 0x3d};
    private static final Pattern LENGTH = Pattern.compile("(?im)^content-length: *(\\d+)\r?$");

    /** A frame as it came; servers do not mask. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Frame(boolean fin, int opcode, byte[] payload) {
        public String text() {
            return new String(payload, StandardCharsets.UTF_8);
        }

        public int closeCode() {
            return payload.length < 2 ? 1005 : ByteBuffer.wrap(payload).getShort() & 0xffff;
        }
    }

    /** An HTTP answer as it came. */
    public record Answer(int status, String head, String body) {
        public boolean hasHeader(String line) {
            return head.toLowerCase(java.util.Locale.ROOT).contains("\r\n" + line.toLowerCase(java.util.Locale.ROOT));
        }
    }

    private final Socket socket = new Socket();
    private final DataInputStream in;

    private RawSocket(int port, int receiveBufferBytes) {
        try {
            if (receiveBufferBytes > 0) {
                socket.setReceiveBufferSize(receiveBufferBytes); // before connecting, or the window has been told
            }
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(WAIT_MS);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), WAIT_MS);
            in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A TCP connection on which nothing was said yet. */
    public static RawSocket tcp(int port) {
        return new RawSocket(port, 0);
    }

    /** A WebSocket that was accepted. */
    public static RawSocket webSocket(int port) {
        return tcp(port).upgrade();
    }

    /** A WebSocket whose kernel takes little unread: what the server sends to it soon stays with the server. */
    public static RawSocket narrow(int port) {
        return new RawSocket(port, 4 * 1024).upgrade();
    }

    /** A right handshake, with room for more headers. */
    public static String handshake(String... headerLines) {
        return "GET /ws/chat HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
                + (headerLines.length == 0 ? "" : String.join("\r\n", headerLines) + "\r\n")
                + "\r\n";
    }

    private RawSocket upgrade() {
        Answer answer = send(handshake()).answer();
        if (answer.status() != 101 || !answer.hasHeader("sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")) {
            throw new AssertionError("the handshake failed: " + answer);
        }
        return this;
    }

    // sending

    /** Sends bytes; fails when the server has gone. */
    public RawSocket send(byte[]... bytes) {
        try {
            for (byte[] some : bytes) {
                socket.getOutputStream().write(some);
            }
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public RawSocket send(String bytes) {
        return send(bytes.getBytes(StandardCharsets.UTF_8));
    }

    /** Sends bytes to a server that may well have gone. Answers whether it was still there. */
    public boolean trySend(byte[]... bytes) {
        try {
            send(bytes);
            return true;
        } catch (UncheckedIOException e) {
            return false;
        }
    }

    /** Sends a whole text message. */
    public RawSocket text(String text) {
        return send(frame(TEXT, text.getBytes(StandardCharsets.UTF_8)));
    }

    public RawSocket say(String content) {
        return text(new JsonObject().put("type", "user").put("content", content).encode());
    }

    /** A whole message or control frame, as a right client sends it. */
    public static byte[] frame(int opcode, byte[] payload) {
        return frame(0x80 | opcode, true, payload);
    }

    /** A fragment: not the last of its message. */
    public static byte[] fragment(int opcode, byte[] payload) {
        return frame(opcode, true, payload);
    }

    /** Any frame: the first byte holds FIN, the reserved bits and the opcode. */
    public static byte[] frame(int first, boolean masked, byte[] payload) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(payload.length + 14);
        out.writeBytes(head(first, masked, payload.length));
        for (int i = 0; i < payload.length; i++) {
            out.write(masked ? payload[i] ^ MASK[i & 3] : payload[i]);
        }
        return out.toByteArray();
    }

    /** What stands before the payload; it may promise more than will come. */
    public static byte[] head(int first, boolean masked, long length) {
        ByteBuffer out = ByteBuffer.allocate(14).put((byte) first);
        int mask = masked ? 0x80 : 0;
        if (length >= 0 && length < 126) {
            out.put((byte) (mask | length));
        } else if (length >= 0 && length < 0x10000) {
            out.put((byte) (mask | 126)).putShort((short) length);
        } else {
            out.put((byte) (mask | 127)).putLong(length);
        }
        if (masked) {
            out.put(MASK);
        }
        byte[] head = new byte[out.position()];
        out.flip().get(head);
        return head;
    }

    /** Says that nothing more will be sent; what comes can still be read. */
    public RawSocket finish() {
        try {
            socket.shutdownOutput();
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // receiving

    /** The next frame; null when the connection has ended. */
    public Frame next() {
        try {
            int first = in.read();
            if (first < 0) {
                return null;
            }
            int second = in.readUnsignedByte();
            int length = second & 0x7f;
            if (length >= 126) {
                length = length == 126 ? in.readUnsignedShort() : Math.toIntExact(in.readLong());
            }
            byte[] payload = new byte[length];
            in.readFully(payload);
            return new Frame((first & 0x80) != 0, first & 0x0f, payload);
        } catch (EOFException | SocketException e) {
            return null;
        } catch (IOException e) {
            throw new UncheckedIOException("nothing came", e);
        }
    }

    /** The next whole message, which must be text; pings are passed over, and not answered. */
    public JsonObject message() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (Frame frame = next(); ; frame = next()) {
            if (frame == null || frame.opcode() == CLOSE) {
                throw new AssertionError("closed: " + (frame == null ? "" : frame.closeCode()));
            }
            if (frame.opcode() == TEXT || frame.opcode() == CONTINUATION) {
                bytes.writeBytes(frame.payload());
                if (frame.fin()) {
                    return new JsonObject(bytes.toString(StandardCharsets.UTF_8));
                }
            } else if (frame.opcode() != PING) {
                throw new AssertionError("expected a message, came " + frame);
            }
        }
    }

    /** The next message, which must be of this type. */
    public JsonObject message(String type) {
        JsonObject message = message();
        if (!type.equals(message.getString("type"))) {
            throw new AssertionError("expected " + type + ", came " + message);
        }
        return message;
    }

    /** The text of the next answer, which must be whole; {@code queued} messages before it are passed over. */
    public String reply() {
        StringBuilder text = new StringBuilder();
        for (JsonObject message = message(); ; message = message()) {
            switch (message.getString("type")) {
                case "stream_chunk" -> text.append(message.getString("delta"));
                case "stream_end" -> {
                    return text.toString();
                }
                case "queued" -> {}
                default -> throw new AssertionError("expected an answer, came " + message);
            }
        }
    }

    /** Reads until the end; the close code, or {@link #NO_CLOSE_FRAME}. */
    public int closeCode() {
        for (Frame frame = next(); frame != null; frame = next()) {
            if (frame.opcode() == CLOSE) {
                return frame.closeCode();
            }
        }
        return NO_CLOSE_FRAME;
    }

    /** Whether the server has ended the TCP connection by the time all that came was read. */
    public boolean ends() {
        try {
            in.readAllBytes();
            return true;
        } catch (SocketException e) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** The next HTTP answer; of one without a length only the head. */
    public Answer answer() {
        try {
            StringBuilder head = new StringBuilder();
            while (head.length() < 4 || head.indexOf("\r\n\r\n", head.length() - 4) < 0) {
                int c = in.read();
                if (c < 0) {
                    throw new AssertionError("no HTTP answer, but: " + head);
                }
                head.append((char) c);
            }
            Matcher length = LENGTH.matcher(head);
            byte[] body = new byte[length.find() ? Integer.parseInt(length.group(1)) : 0];
            in.readFully(body);
            int status = Integer.parseInt(head.substring("HTTP/1.1 ".length(), "HTTP/1.1 200".length()));
            return new Answer(status, head.toString(), new String(body, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Everything until the end of the connection, as Latin 1; a reset is an end, too. */
    public String rest() {
        StringBuilder all = new StringBuilder();
        try {
            for (int c = in.read(); c >= 0; c = in.read()) {
                all.append((char) c);
            }
        } catch (SocketException e) {
            return all.toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return all.toString();
    }

    /** For reading at a pace of one's own. */
    public InputStream in() {
        return in;
    }

    // ending

    /** Vanishes by a TCP reset. */
    public void reset() {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
