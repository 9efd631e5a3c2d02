package nova.chat.testing;

import io.vertx.core.json.JsonObject;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A WebSocket by hand, for {@link V2Client}: it answers pings, it can break at any byte that it receives, and it can leave
 * what comes unread. One thread reads; any may write.
 */
final class Wire {
    static final long NEVER = Long.MAX_VALUE;

    private static final int CONNECT_MS = 20_000;

    private final Socket socket = new Socket();
    private final DataInputStream in;
    private volatile int closeCode = RawSocket.NO_CLOSE_FRAME;
    private final int port;
    private long budget;

    /**
     * Connects, and says the handshake; {@link #next} hears the answer.
     *
     * @param bytes after so many received bytes, those of the handshake included, the connection is reset
     * @param narrow whether the kernel is to take little unread
     */
    Wire(int port, long bytes, boolean narrow) throws IOException {
        this.port = port;
        budget = bytes;
        if (narrow) {
            socket.setReceiveBufferSize(4 * 1024); // before connecting, or the window has been told
        }
        socket.setTcpNoDelay(true);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_MS);
        in = new DataInputStream(new BufferedInputStream(new Limited(socket.getInputStream())));
        write(RawSocket.handshake().replace("/ws/chat", "/ws/chat?v=2").getBytes(StandardCharsets.UTF_8));
    }

    /** Waits for the handshake's answer. */
    void open() throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.readUnsignedByte());
        }
        if (head.indexOf("HTTP/1.1 101 ") != 0) {
            throw new IOException("the handshake failed: " + head);
        }
    }

    /** The next message; null once the server has closed. */
    JsonObject next() throws IOException {
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        while (true) {
            int first = in.readUnsignedByte();
            byte[] payload = new byte[length(in.readUnsignedByte())];
            in.readFully(payload);
            switch (first & 0x0f) {
                case RawSocket.PING -> write(RawSocket.frame(RawSocket.PONG, payload));
                case RawSocket.CLOSE -> {
                    closeCode =
                            payload.length < 2 ? 1005 : ByteBuffer.wrap(payload).getShort() & 0xffff;
                    write(RawSocket.frame(RawSocket.CLOSE, payload));
                    return null;
                }
                default -> {
                    message.writeBytes(payload);
                    if ((first & 0x80) != 0) {
                        return new JsonObject(message.toString(StandardCharsets.UTF_8));
                    }
                }
            }
        }
    }

    void send(JsonObject frame) throws IOException {
        write(RawSocket.frame(RawSocket.TEXT, frame.encode().getBytes(StandardCharsets.UTF_8)));
    }

    /** The server's. */
    int port() {
        return port;
    }

    /** What the server closed with, or {@link RawSocket#NO_CLOSE_FRAME}. */
    int closeCode() {
        return closeCode;
    }

    /** Ends the connection by a TCP reset. */
    void reset() {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException gone) {
            // it is closed, which was wanted
        }
    }

    private synchronized void write(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    private int length(int second) throws IOException {
        return switch (second & 0x7f) {
            case 126 -> in.readUnsignedShort();
            case 127 -> Math.toIntExact(in.readLong());
            default -> second & 0x7f;
        };
    }

    /** Breaks the connection when the budget is spent. */
    private final class Limited extends FilterInputStream {
        Limited(InputStream in) {
            super(in);
        }

        @Override
        public int read(byte[] bytes, int offset, int count) throws IOException {
            if (budget <= 0) {
                reset();
                throw new IOException("cut, as was asked");
            }
            int read = super.read(bytes, offset, (int) Math.min(count, budget));
            budget -= Math.max(0, read);
            return read;
        }
    }
}
