package nova.chat.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A real Redis for tests, from the binary that the build unpacks into {@code target/redis}: it can be killed, hung and
 * brought back on the same port. Blocks; not for an event loop.
 */
public final class RedisServer implements AutoCloseable {
    private static final Path BINARIES = Path.of("target", "redis");
    private static final long START_TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(20);

    /** A Cluster's nodes talk to each other on a port this far above. */
    private static final int BUS = 10_000;

    private final int port;
    private final @Nullable Path file;
    private final List<String> options;
    private final Thread lastResort = new Thread(this::kill);
    private Process process;

    private RedisServer(int port, @Nullable Path file, List<String> options) {
        this.port = port;
        this.file = file;
        this.options = options;
        Runtime.getRuntime().addShutdownHook(lastResort);
    }

    /** Running, empty, without persistence. */
    public static RedisServer started(String... options) {
        RedisServer server = stopped(options);
        server.start();
        return server;
    }

    /** Not running yet: its port refuses. Options as on Redis's command line. */
    public static RedisServer stopped(String... options) {
        return new RedisServer(freePort(), null, List.of(options));
    }

    /** Running with a configuration file, which it may rewrite. */
    static RedisServer startedWith(Path file, String... options) {
        RedisServer server = new RedisServer(freePort(), file, List.of(options));
        server.start();
        return server;
    }

    /** Running, as a Cluster's node that has no slots and knows nobody. */
    static RedisServer node(Path file) {
        RedisServer node = new RedisServer(
                freePortWithBus(),
                null,
                List.of(
                        "--cluster-enabled",
                        "yes",
                        "--cluster-config-file",
                        file.toAbsolutePath().toString(),
                        // What is left of a Cluster goes on when a node is away, or there would be nothing to test.
                        "--cluster-require-full-coverage",
                        "no",
                        "--cluster-node-timeout",
                        "1000"));
        node.start();
        return node;
    }

    /** Running, and what was written is there again after {@link #kill} and {@link #start}. */
    public static RedisServer persistent(Path directory) {
        return started("--dir", directory.toString(), "--appendonly", "yes", "--appendfsync", "always");
    }

    public void start() {
        List<String> command = new ArrayList<>(List.of(binary().toString()));
        if (file != null) {
            command.add(file.toString());
        }
        command.addAll(List.of("--bind", "127.0.0.1"));
        if (!options.contains("--sentinel")) {
            command.addAll(List.of("--save", "", "--appendonly", "no"));
        }
        if (!options.contains("--tls-port")) {
            command.addAll(List.of("--port", String.valueOf(port)));
        }
        options.forEach(option -> command.add(option.replace("$PORT", String.valueOf(port))));
        try {
            process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        awaitPort();
    }

    public int port() {
        return port;
    }

    /** Of database 3, the bridge's in a Nova deployment. */
    public String url() {
        return "redis://127.0.0.1:" + port + "/3";
    }

    /** SIGKILL: what was not persisted is gone, and clients are told nothing but the end of the connection. */
    public void kill() {
        if (process != null) {
            process.destroyForcibly();
            try {
                process.waitFor();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Brings it back if it was killed or hung. */
    void revive() {
        if (process.isAlive()) {
            resume();
        } else {
            start();
        }
    }

    /** SIGSTOP: the system still accepts connections for it, and nobody answers. */
    public void pause() {
        Signal.send("STOP", process);
    }

    /** SIGCONT: it answers what has piled up. */
    public void resume() {
        Signal.send("CONT", process);
    }

    /** One command on a connection of its own; an array is a {@code List}, a number a {@code Long}, nil is null. */
    public Object command(String... words) {
        return commandIn(3, words);
    }

    /** The same, in another database. */
    public Object commandIn(int database, String... words) {
        try (var redis = new RedisCommands(port)) {
            redis.call("SELECT", String.valueOf(database));
            return redis.call(words);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As {@link #command}, where there are no databases: on sentinels, and on a Cluster's nodes. */
    public Object plain(String... words) {
        try (var redis = new RedisCommands(port)) {
            return redis.call(words);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        kill();
        if (!Thread.currentThread().equals(lastResort)) {
            Runtime.getRuntime().removeShutdownHook(lastResort);
        }
    }

    /** Until it listens: an append-only file is read before that is worth anything, which a client must stand. */
    private void awaitPort() {
        long deadline = System.nanoTime() + START_TIMEOUT_NANOS;
        while (!listens()) {
            if (System.nanoTime() > deadline || !process.isAlive()) {
                throw new IllegalStateException("redis-server does not come up");
            }
            LockSupport.parkNanos(5_000_000);
        }
    }

    private boolean listens() {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static Path binary() {
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("mac") ? "darwin" : "linux";
        String processor = switch (System.getProperty("os.arch")) {
            case "amd64", "x86_64" -> "amd64";
            case "aarch64" -> "arm64";
            default -> "386";
        };
        try (Stream<Path> files = Files.list(BINARIES)) {
            Path binary = files.filter(file -> file.toString().endsWith("-" + system + "-" + processor))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("no redis-server for " + system + " " + processor));
            if (!Files.isExecutable(binary) && !binary.toFile().setExecutable(true)) {
                throw new IllegalStateException(binary + " cannot be made executable");
            }
            return binary.toAbsolutePath();
        } catch (IOException e) {
            throw new UncheckedIOException("the build unpacks it: run mvn test-compile first", e);
        }
    }

    static int freePort() {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Outgoing connections are given ports from 32,768 on: below, no other test's client takes the bus meanwhile. */
    private static int freePortWithBus() {
        for (int tries = 0; tries < 1_000; tries++) {
            int port = ThreadLocalRandom.current().nextInt(11_000, 22_000);
            if (isFree(port) && isFree(port + BUS)) {
                return port;
            }
        }
        throw new IllegalStateException("no free port for a Cluster's node");
    }

    private static boolean isFree(int port) {
        try (var socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }
}
