package nova.chat.testing;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Redis as seen by somebody who shares no line of code with us: a blocking socket and RESP2. */
final class RedisCommands implements Closeable {
    private final Socket socket;
    private final DataInputStream in;

    RedisCommands(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(10_000);
        in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
    }

    Object call(String... words) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(("*" + words.length + "\r\n").getBytes(StandardCharsets.UTF_8));
        for (String word : words) {
            byte[] bytes = word.getBytes(StandardCharsets.UTF_8);
            out.write(("$" + bytes.length + "\r\n").getBytes(StandardCharsets.UTF_8));
            out.write(bytes);
            out.write("\r\n".getBytes(StandardCharsets.UTF_8));
        }
        return reply();
    }

    private Object reply() throws IOException {
        int type = in.readByte();
        String head = line();
        return switch (type) {
            case '+' -> head;
            case ':' -> Long.valueOf(head);
            case '$' -> bulk(Integer.parseInt(head));
            case '*' -> array(Integer.parseInt(head));
            default -> throw new IOException("Redis says " + head);
        };
    }

    private String bulk(int length) throws IOException {
        if (length < 0) {
            return null;
        }
        byte[] bytes = in.readNBytes(length);
        line();
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private List<Object> array(int length) throws IOException {
        List<Object> elements = new ArrayList<>();
        for (int i = 0; i < length; i++) {
            elements.add(reply());
        }
        return elements;
    }

    private String line() throws IOException {
        var line = new StringBuilder();
        for (int c = in.readByte(); c != '\r'; c = in.readByte()) {
            line.append((char) c);
        }
        in.readByte();
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
