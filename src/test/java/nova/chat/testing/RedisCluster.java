package nova.chat.testing;

import static java.util.stream.Collectors.joining;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Three masters that share the slots, without replicas; each a process of its own. Blocks; not for an event loop. */
public final class RedisCluster implements AutoCloseable {
    private static final int SLOTS = 16_384;
    private static final int NODES = 3;

    private final List<RedisServer> nodes = new ArrayList<>();

    private RedisCluster() {}

    /**
     * Running, and each node knows who has what.
     *
     * @param directory where nodes remember each other
     */
    public static RedisCluster started(Path directory) {
        RedisCluster cluster = new RedisCluster();
        try {
            cluster.start(directory);
            return cluster;
        } catch (RuntimeException | Error e) {
            cluster.close();
            throw e;
        }
    }

    private void start(Path directory) {
        for (int i = 0; i < NODES; i++) {
            nodes.add(RedisServer.node(directory.resolve("node-" + i + ".conf")));
        }
        for (int i = 0; i < NODES; i++) {
            RedisServer node = nodes.get(i);
            // Different ones, or the first contact would be a quarrel over who has what.
            node.plain("CLUSTER", "SET-CONFIG-EPOCH", String.valueOf(i + 1));
            node.plain(
                    "CLUSTER",
                    "ADDSLOTSRANGE",
                    String.valueOf(i * SLOTS / NODES),
                    String.valueOf((i + 1) * SLOTS / NODES - 1));
            node.plain(
                    "CLUSTER", "MEET", "127.0.0.1", String.valueOf(nodes.get(0).port()));
        }
        awaitHealth();
    }

    /** Until all nodes see all others, and all slots served. */
    public void awaitHealth() {
        Patience.await("the Cluster is well", () -> nodes.stream().allMatch(RedisCluster::isWell));
    }

    /** For the next test: all nodes live, and nothing is stored. Who has which slot is as the test before left it. */
    public void restore() {
        nodes.forEach(RedisServer::revive);
        awaitHealth();
        nodes.forEach(node -> node.plain("FLUSHALL"));
    }

    private static boolean isWell(RedisServer node) {
        String info = String.valueOf(node.plain("CLUSTER", "INFO"));
        return info.contains("cluster_state:ok")
                && info.contains("cluster_known_nodes:" + NODES)
                && info.contains("cluster_size:" + NODES);
    }

    /** Naming two nodes of three: the other one is to be found out. */
    public String url() {
        return "redis+cluster://"
                + nodes.stream()
                        .limit(2)
                        .map(node -> "127.0.0.1:" + node.port())
                        .collect(joining(","));
    }

    public List<RedisServer> nodes() {
        return List.copyOf(nodes);
    }

    public int slot(String key) {
        return Math.toIntExact((Long) nodes.get(0).plain("CLUSTER", "KEYSLOT", key));
    }

    /** Who has a slot, as all nodes but the dead agree in the end. */
    public RedisServer owner(int slot) {
        for (Object entry : (List<?>) nodes.get(0).plain("CLUSTER", "SLOTS")) {
            List<?> range = (List<?>) entry;
            if ((Long) range.get(0) <= slot && slot <= (Long) range.get(1)) {
                return at((Long) ((List<?>) range.get(2)).get(1));
            }
        }
        throw new IllegalStateException("nobody has slot " + slot);
    }

    private RedisServer at(long port) {
        return nodes.stream().filter(node -> node.port() == port).findFirst().orElseThrow();
    }

    /** A real migration of a slot, step by step, so that a test can do something in between. */
    public Migration migrate(int slot, RedisServer to) {
        return new Migration(slot, owner(slot), to);
    }

    /** One slot on its way from one node to another. */
    public static final class Migration {
        private final String slot;
        private final RedisServer from;
        private final RedisServer to;

        private Migration(int slot, RedisServer from, RedisServer to) {
            this.slot = String.valueOf(slot);
            this.from = from;
            this.to = to;
        }

        /** From now on keys that are gone from the one node are asked for at the other. */
        public void begin() {
            to.plain("CLUSTER", "SETSLOT", slot, "IMPORTING", id(from));
            from.plain("CLUSTER", "SETSLOT", slot, "MIGRATING", id(to));
        }

        /** Moves some keys; false when there are none left. */
        public boolean moveKeys(int most) {
            List<?> keys = (List<?>) from.plain("CLUSTER", "GETKEYSINSLOT", slot, String.valueOf(most));
            for (Object key : keys) {
                from.plain("MIGRATE", "127.0.0.1", String.valueOf(to.port()), (String) key, "0", "5000");
            }
            return !keys.isEmpty();
        }

        /** The slot is the other's. */
        public void end() {
            for (RedisServer node : List.of(to, from)) {
                node.plain("CLUSTER", "SETSLOT", slot, "NODE", id(to));
            }
        }

        private String id(RedisServer node) {
            return (String) node.plain("CLUSTER", "MYID");
        }
    }

    @Override
    public void close() {
        nodes.forEach(RedisServer::close);
    }
}
