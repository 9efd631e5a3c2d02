package nova.chat.testing;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A master, a replica, and three sentinels that fail over within a few seconds; each a process of its own. Blocks; not
 * for an event loop.
 */
public final class RedisSentinel implements AutoCloseable {
    private static final String NAME = "nova";
    /**
     * In ms: how often a sentinel says hello, by which they find each other; how often it asks nodes what they are, by
     * which it finds a master that is to be a replica; for how long it does nothing after it was held up for two seconds.
     */
    private static final String[] HASTE = {
        "SENTINEL", "DEBUG", "PUBLISH-PERIOD", "500", "INFO-PERIOD", "1000", "TILT-PERIOD", "2000"
    };

    private static final Pattern OFFSET = Pattern.compile("master_repl_offset:(\\d+)");

    private final List<RedisServer> nodes = new ArrayList<>();
    private final List<RedisServer> sentinels = new ArrayList<>();

    private RedisSentinel() {}

    /**
     * Running, and all know each other.
     *
     * @param directory for the files that sentinels insist on
     */
    public static RedisSentinel started(Path directory) {
        RedisSentinel all = new RedisSentinel();
        try {
            all.start(directory);
            return all;
        } catch (RuntimeException | Error e) {
            all.close();
            throw e;
        }
    }

    private void start(Path directory) {
        String files = directory.toAbsolutePath().toString(); // a replica writes one when it begins
        RedisServer master = RedisServer.started("--dir", files, "--repl-diskless-sync-delay", "0");
        nodes.add(master);
        nodes.add(RedisServer.started("--dir", files, "--replicaof", "127.0.0.1 " + master.port()));
        for (int i = 0; i < 3; i++) {
            sentinels.add(sentinel(directory.resolve("sentinel-" + i + ".conf"), master));
        }
        Patience.await(
                "the sentinels know each other and the replica",
                () -> sentinels.stream()
                        .allMatch(sentinel ->
                                fact(sentinel, "num-other-sentinels").equals("2")
                                        && fact(sentinel, "num-slaves").equals("1")));
        Patience.await(
                "the replica is in step",
                () -> String.valueOf(nodes.get(1).command("INFO", "replication"))
                        .contains("master_link_status:up"));
    }

    private static RedisServer sentinel(Path file, RedisServer master) {
        try {
            Files.writeString(file, """
                    sentinel monitor nova 127.0.0.1 %d 2
                    sentinel down-after-milliseconds nova 1000
                    sentinel failover-timeout nova 3000
                    """.formatted(master.port()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        RedisServer sentinel = RedisServer.startedWith(file, "--sentinel");
        sentinel.plain(HASTE);
        return sentinel;
    }

    /** Of database 3, by way of all sentinels. */
    public String url() {
        return "redis+sentinel://"
                + sentinels.stream()
                        .map(sentinel -> "127.0.0.1:" + sentinel.port())
                        .collect(joining(","))
                + "/3?master=" + NAME;
    }

    /** Until the replica has what the master has now. */
    public void awaitReplica() {
        RedisServer master = master();
        long offset = offset(master);
        Patience.await(
                "the replica has it, too",
                () -> nodes.stream().filter(node -> !node.equals(master)).allMatch(node -> offset(node) >= offset));
    }

    private static long offset(RedisServer node) {
        Matcher offset = OFFSET.matcher(String.valueOf(node.command("INFO", "replication")));
        if (!offset.find()) {
            throw new IllegalStateException("no replication");
        }
        return Long.parseLong(offset.group(1));
    }

    /** Kills the master. The sentinels take a few seconds to make the replica one. */
    public void killMaster() {
        master().kill();
    }

    /** Has the roles changed, with nobody dead: who was the master is a replica in the end, and lives. */
    public void failover() {
        RedisServer before = master();
        sentinels.get(0).plain("SENTINEL", "FAILOVER", NAME);
        Patience.await("another master", () -> !master().equals(before));
        Patience.await("the old one obeys", () -> isReplica(before));
    }

    private static boolean isReplica(RedisServer node) {
        try {
            return String.valueOf(node.command("INFO", "replication")).contains("role:slave");
        } catch (UncheckedIOException e) {
            return false; // a sentinel hangs up on all clients of a master that it makes a replica
        }
    }

    /** Whom the first sentinel calls the master. */
    public RedisServer master() {
        String port = fact(sentinels.get(0), "port");
        return nodes.stream()
                .filter(node -> port.equals(String.valueOf(node.port())))
                .findFirst()
                .orElseThrow();
    }

    /** The sentinels, in the order of the URL. */
    public List<RedisServer> sentinels() {
        return List.copyOf(sentinels);
    }

    private static String fact(RedisServer sentinel, String name) {
        List<?> facts = (List<?>) sentinel.plain("SENTINEL", "MASTER", NAME);
        return String.valueOf(facts.get(facts.indexOf(name) + 1));
    }

    @Override
    public void close() {
        Stream.concat(sentinels.stream(), nodes.stream()).forEach(RedisServer::close);
    }
}
