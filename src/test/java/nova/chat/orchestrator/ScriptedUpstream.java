package nova.chat.orchestrator;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** An upstream that does, byte for byte, what a test's script says: one thread a connection, one script for each. */
final class ScriptedUpstream implements AutoCloseable {
    static final String OK = "HTTP/1.1 200 OK\r\n";
    static final String STREAM =
            OK + "Content-Type: text/event-stream; charset=utf-8\r\nTransfer-Encoding: chunked\r\n\r\n";

    interface Script {
        void run(Peer peer) throws IOException, InterruptedException;
    }

    record Request(String head, String body) {
        String line() {
            return head.substring(0, head.indexOf("\r\n"));
        }

        @Nullable
        String header(String name) {
            return head.lines()
                    .filter(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1))
                    .map(line -> line.substring(name.length() + 1).strip())
                    .findFirst()
                    .orElse(null);
        }
    }

    final BlockingQueue<Request> requests = new LinkedBlockingQueue<>();
    final AtomicInteger connections = new AtomicInteger();
    final CountDownLatch closed = new CountDownLatch(1);
    private final ServerSocket server;
    private final Script script;

    ScriptedUpstream(Script script) throws IOException {
        this.script = script;
        this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        daemon(this::accept);
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + port());
    }

    int port() {
        return server.getLocalPort();
    }

    Request request() throws InterruptedException {
        Request request = requests.poll(20, TimeUnit.SECONDS);
        assertThat(request).as("a request").isNotNull();
        return request;
    }

    /** Passes when the client has closed a connection that a script was still using. */
    void assertClosed() throws InterruptedException {
        assertThat(closed.await(20, TimeUnit.SECONDS))
                .as("closed by the client")
                .isTrue();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = server.accept();
                connections.incrementAndGet();
                daemon(() -> serve(socket));
            }
        } catch (IOException over) {
            // The test has ended.
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            socket.setTcpNoDelay(true);
            script.run(new Peer(socket));
        } catch (IOException | InterruptedException gone) {
            closed.countDown();
        }
    }

    private static void daemon(Runnable work) {
        Thread thread = new Thread(work, "upstream");
        thread.setDaemon(true);
        thread.start();
    }

    final class Peer {
        private final Socket socket;
        private final InputStream in;

        private Peer(Socket socket) throws IOException {
            this.socket = socket;
            this.in = new BufferedInputStream(socket.getInputStream());
        }

        /** Reads a whole request, and keeps it; ends the script where there is none. */
        @CanIgnoreReturnValue
        Request read() throws IOException {
            ByteArrayOutputStream head = new ByteArrayOutputStream();
            while (!head.toString(ISO_8859_1).endsWith("\r\n\r\n")) {
                head.write(readByte());
            }
            Request bare = new Request(head.toString(ISO_8859_1), "");
            String length = bare.header("content-length");
            byte[] body = in.readNBytes(length == null ? 0 : Integer.parseInt(length));
            Request request = new Request(bare.head(), new String(body, UTF_8));
            requests.add(request);
            return request;
        }

        private int readByte() throws IOException {
            int b = in.read();
            if (b < 0) {
                throw new IOException("closed");
            }
            return b;
        }

        void send(String text) throws IOException {
            send(text.getBytes(UTF_8));
        }

        void send(byte[] bytes) throws IOException {
            socket.getOutputStream().write(bytes);
        }

        /** An answer with a length, after which the connection can be used again. */
        void answer(String status, String body, String... headers) throws IOException {
            StringBuilder head = new StringBuilder("HTTP/1.1 " + status + "\r\n");
            for (String header : headers) {
                head.append(header).append("\r\n");
            }
            send(head + "Content-Length: " + body.getBytes(UTF_8).length + "\r\n\r\n" + body);
        }

        void chunk(String text) throws IOException {
            chunk(text.getBytes(UTF_8));
        }

        void chunk(byte[] bytes) throws IOException {
            ByteArrayOutputStream chunk = new ByteArrayOutputStream();
            chunk.writeBytes((Integer.toHexString(bytes.length) + "\r\n").getBytes(UTF_8));
            chunk.writeBytes(bytes);
            chunk.writeBytes("\r\n".getBytes(UTF_8));
            send(chunk.toByteArray());
        }

        void event(String data) throws IOException {
            chunk("data: " + data + "\n\n");
        }

        void end() throws IOException {
            send("0\r\n\r\n");
        }

        /** Closes as a crashed process does: with RST instead of FIN. */
        void reset() throws IOException {
            socket.setSoLinger(true, 0);
            socket.close();
        }

        /** Waits for the client to hang up. Answers how many bytes it had still sent. */
        @CanIgnoreReturnValue
        long awaitClose() {
            long read = 0;
            try {
                while (in.read() >= 0) {
                    read++;
                }
            } catch (IOException reset) {
                // As good as an end.
            }
            closed.countDown();
            return read;
        }
    }
}
