package nova.chat.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Between a client and a Redis: at will it swallows all that Redis says, and no end of the connection tells of it. */
final class DeafPipe implements AutoCloseable {
    private final ServerSocket server;
    private final int target;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final AtomicInteger connections = new AtomicInteger();
    private volatile boolean deaf;

    DeafPipe(int target) {
        this.target = target;
        try {
            server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    /** So far. */
    int connections() {
        return connections.get();
    }

    /** Swallows, or lets through what comes from now on. */
    void deaf(boolean now) {
        deaf = now;
    }

    private void accept() throws IOException {
        while (true) {
            Socket client = server.accept();
            Socket redis = new Socket(InetAddress.getLoopbackAddress(), target);
            sockets.addAll(Set.of(client, redis));
            connections.incrementAndGet();
            start(() -> pump(client, redis, false));
            start(() -> pump(redis, client, true));
        }
    }

    private void pump(Socket from, Socket to, boolean mayBeDeaf) throws IOException {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] bytes = new byte[8_192];
            for (int read = in.read(bytes); read >= 0; read = in.read(bytes)) {
                if (!mayBeDeaf || !deaf) {
                    out.write(bytes, 0, read);
                }
            }
        }
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void start(Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (IOException e) {
                // closed, by one side or by the test
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
