package nova.chat.store;

import static java.util.stream.Collectors.joining;

import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.TrustOptions;
import io.vertx.redis.client.RedisOptions;
import java.util.List;
import nova.chat.config.RedisUrl;
import nova.chat.config.RedisUrl.Host;
import nova.chat.config.RedisUrl.Shape;
import org.jspecify.annotations.Nullable;

/**
 * Where Redis is, and how to come in: user, password and TLS are the same for all that answer to one URL. Holds a secret,
 * so it has no text form but {@link #name}.
 */
final class RedisAddress {
    private final RedisUrl url;
    private final @Nullable TrustOptions trust;

    /**
     * Takes it apart.
     *
     * @param trust of certificates; null: the JVM's own
     * @throws IllegalArgumentException if it is no Redis URL; without its text, which may hold a password
     */
    RedisAddress(String url, @Nullable TrustOptions trust) {
        this.url = RedisUrl.parse(url);
        this.trust = trust;
    }

    Shape shape() {
        return url.shape();
    }

    /** As the URL names them: one Redis, or sentinels, or some nodes of a Cluster. */
    List<Host> hosts() {
        return url.hosts();
    }

    /** The name by which sentinels know the master; empty but for them. */
    String master() {
        return url.master() == null ? "" : url.master();
    }

    /** Hosts and ports, for the log. */
    String name() {
        String hosts = url.hosts().stream().map(Host::toString).collect(joining(","));
        return url.shape() == Shape.SENTINEL ? master() + " of " + hosts : hosts;
    }

    boolean hasUser() {
        return !url.userInfo().isEmpty();
    }

    /** For one connection to a Redis that holds data. */
    RedisOptions options(Host host) {
        return options(userInfo() + host + (url.database() == null ? "" : "/" + url.database()));
    }

    /** For one connection to a sentinel, which has no databases, and often no users either. */
    RedisOptions sentinel(Host host, boolean asUser) {
        return options((asUser ? userInfo() : "") + host);
    }

    private String userInfo() {
        return hasUser() ? url.userInfo() + "@" : "";
    }

    /** What the client needs to know for one connection that it never pools. */
    private RedisOptions options(String where) {
        NetClientOptions tcp = new NetClientOptions()
                .setTcpNoDelay(true)
                .setTcpKeepAlive(true)
                .setConnectTimeout(Math.toIntExact(RedisLink.CONNECT_TIMEOUT.toMillis()));
        if (url.tls()) {
            // Without the algorithm any valid certificate would do, whoever's it is.
            tcp.setSsl(true).setHostnameVerificationAlgorithm("HTTPS").setTrustOptions(trust);
        }
        return new RedisOptions()
                .setNetClientOptions(tcp)
                .setConnectionString((url.tls() ? "rediss://" : "redis://") + where)
                .setMaxPoolSize(1)
                .setPoolCleanerInterval(-1)
                .setPoolRecycleTimeout(-1)
                // Twice: a call that sends two commands at once counts as one.
                .setMaxWaitingHandlers(2 * Waiting.MAX_COMMANDS);
    }
}
