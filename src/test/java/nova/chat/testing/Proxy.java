package nova.chat.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** A bad network between two programs of this machine: TCP connections through it can be held up, robbed and cut. */
public final class Proxy implements AutoCloseable {
    /** Which of a connection's two directions. */
    public enum Way {
        TO_CLIENT,
        TO_SERVER
    }

    private enum Mode {
        PASS,
        HOLD,
        SWALLOW
    }

    private final ServerSocket door;
    private final int server;
    private final Set<Link> links = ConcurrentHashMap.newKeySet();
    private final Map<Way, Mode> modes = new EnumMap<>(Map.of(Way.TO_CLIENT, Mode.PASS, Way.TO_SERVER, Mode.PASS));
    private final Map<Way, Long> budgets = new EnumMap<>(Map.of(Way.TO_CLIENT, -1L, Way.TO_SERVER, -1L));
    private final AtomicLong swallowed = new AtomicLong();
    private volatile boolean refusing;

    private Proxy(int server) throws IOException {
        this.server = server;
        door = new ServerSocket(0, 1_024, InetAddress.getLoopbackAddress());
        start("proxy-door", this::accept);
    }

    /** In front of a port of this machine. */
    public static Proxy to(int port) {
        try {
            return new Proxy(port);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public int port() {
        return door.getLocalPort();
    }

    /** Holds up what goes this way, and loses none of it. */
    public void hold(Way way) {
        mode(way, Mode.HOLD);
    }

    /** Takes what goes this way, and throws it away. */
    public void swallow(Way way) {
        mode(way, Mode.SWALLOW);
    }

    /** How many bytes were thrown away, of all connections. */
    public long swallowed() {
        return swallowed.get();
    }

    /** Lets everything pass again; connections that were robbed of something are cut. */
    public void heal() {
        refusing = false;
        links.stream().filter(link -> link.robbed).forEach(Link::cut);
        for (Way way : Way.values()) {
            mode(way, Mode.PASS);
        }
    }

    /** Resets all connections. */
    public void cut() {
        links.forEach(Link::cut);
    }

    /** Resets new connections at once. */
    public void refuse() {
        refusing = true;
    }

    /** Each new connection is reset when so many bytes have gone this way; with -1 none is. */
    public synchronized void cutAfter(Way way, long bytes) {
        budgets.put(way, bytes);
    }

    @Override
    public void close() {
        try {
            door.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        cut();
    }

    private synchronized void mode(Way way, Mode mode) {
        modes.put(way, mode);
        notifyAll();
    }

    /** The mode of a way, once it is not to be held up. */
    private synchronized Mode passable(Way way) throws InterruptedException {
        while (modes.get(way) == Mode.HOLD) {
            wait();
        }
        return modes.get(way);
    }

    private synchronized long budget(Way way) {
        return budgets.get(way);
    }

    private void accept() {
        while (!door.isClosed()) {
            try {
                Socket client = door.accept();
                if (refusing) {
                    reset(client);
                } else {
                    new Link(client).begin();
                }
            } catch (IOException closed) {
                // the door, or the server: the next connection shows which
            }
        }
    }

    private static void start(String name, Runnable body) {
        Thread thread = new Thread(body, name);
        thread.setDaemon(true);
        thread.start();
    }

    private static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException gone) {
            // it is closed, which was wanted
        }
    }

    /** One connection and its two directions. */
    private final class Link {
        private final Socket client;
        private final Socket upstream;
        private volatile boolean robbed;

        Link(Socket client) throws IOException {
            this.client = client;
            try {
                upstream = new Socket(InetAddress.getLoopbackAddress(), server);
            } catch (IOException refused) {
                reset(client);
                throw refused;
            }
            client.setTcpNoDelay(true);
            upstream.setTcpNoDelay(true);
        }

        void begin() {
            links.add(this);
            start("proxy-to-server", () -> pump(Way.TO_SERVER, client, upstream));
            start("proxy-to-client", () -> pump(Way.TO_CLIENT, upstream, client));
        }

        void cut() {
            links.remove(this);
            reset(client);
            reset(upstream);
        }

        private void pump(Way way, Socket from, Socket to) {
            byte[] bytes = new byte[16 * 1024];
            long budget = budget(way);
            try {
                for (int count = from.getInputStream().read(bytes);
                        count >= 0;
                        count = from.getInputStream().read(bytes)) {
                    if (passable(way) == Mode.SWALLOW) {
                        robbed = true;
                        swallowed.addAndGet(count);
                        continue;
                    }
                    int rest = budget < 0 ? count : (int) Math.min(count, budget);
                    to.getOutputStream().write(bytes, 0, rest);
                    if (rest < count) {
                        break;
                    }
                    budget -= budget < 0 ? 0 : rest;
                }
            } catch (IOException | InterruptedException ended) {
                // a reset is passed on, like an end
            }
            cut();
        }
    }
}
