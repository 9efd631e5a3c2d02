package nova.chat.store;

import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.TrustOptions;
import io.vertx.redis.client.RedisOptions;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where Redis is, and how to come in: {@code redis://} or, with TLS, {@code rediss://}, with user, password and
 * database. Holds a secret, so it has no text form but {@link #name}.
 */
final class RedisAddress {
    private final String url;
    private final boolean tls;
    private final String name;

    /**
     * Takes it apart.
     *
     * @throws IllegalArgumentException if it is no Redis URL; without its text, which may hold a password
     */
    RedisAddress(String url) {
        URI uri = parse(url);
        String scheme = String.valueOf(uri.getScheme());
        if ((!scheme.equals("redis") && !scheme.equals("rediss")) || uri.getHost() == null) {
            throw new IllegalArgumentException("not a redis:// or rediss:// URL with a host");
        }
        this.url = url;
        this.tls = scheme.equals("rediss");
        this.name = uri.getHost() + ":" + (uri.getPort() < 0 ? 6379 : uri.getPort());
    }

    private static URI parse(String url) {
        try {
            return URI.create(url);
        } catch (IllegalArgumentException e) {
            // Not as the cause: it quotes the URL.
            throw new IllegalArgumentException("not a URL");
        }
    }

    /** Host and port, for the log. */
    String name() {
        return name;
    }

    /**
     * What the client needs to know for one connection that it never pools.
     *
     * @param trust null: the JVM's own
     */
    RedisOptions options(Duration connect, int maxWaiting, @Nullable TrustOptions trust) {
        NetClientOptions tcp = new NetClientOptions()
                .setTcpNoDelay(true)
                .setTcpKeepAlive(true)
                .setConnectTimeout(Math.toIntExact(connect.toMillis()));
        if (tls) {
            // Without the algorithm any valid certificate would do, whoever's it is.
            tcp.setSsl(true).setHostnameVerificationAlgorithm("HTTPS").setTrustOptions(trust);
        }
        return new RedisOptions()
                .setNetClientOptions(tcp)
                .setConnectionString(url)
                .setMaxPoolSize(1)
                .setPoolCleanerInterval(-1)
                .setPoolRecycleTimeout(-1)
                .setMaxWaitingHandlers(maxWaiting);
    }
}
