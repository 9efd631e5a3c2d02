package nova.chat.edge;

import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** A caller's key: forwarded upstream, and known by its hash everywhere else. */
final class ApiKey {
    private static final String BEARER = "bearer ";

    private final String secret;
    private final String principal;

    ApiKey(String secret) {
        this.secret = secret;
        this.principal = hash(secret);
    }

    /** The key that a request brings, in a header or, for browsers, in {@code ?token=}; null when it brings none. */
    static @Nullable ApiKey of(HttpServerRequest request) {
        String key = request.getHeader("X-API-Key");
        if (isMissing(key)) {
            String authorization = request.getHeader("Authorization");
            boolean bearer = authorization != null && authorization.regionMatches(true, 0, BEARER, 0, BEARER.length());
            key = bearer ? authorization.substring(BEARER.length()).strip() : null;
        }
        if (isMissing(key)) {
            key = request.getParam("token");
        }
        return key == null || key.isEmpty() ? null : new ApiKey(key);
    }

    /** For the one place that sends it upstream. */
    String secret() {
        return secret;
    }

    /** Stands for the key in the store, in caches and in comparisons; nobody can make the key from it. */
    String principal() {
        return principal;
    }

    /** Never the key. */
    @Override
    public String toString() {
        return "ApiKey[…]";
    }

    private static boolean isMissing(@Nullable String value) {
        return value == null || value.isEmpty();
    }

    /** Keys are long and random, so a plain hash cannot be searched; the prefix keeps it from matching one made elsewhere. */
    private static String hash(String secret) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(sha256.digest(("nova-chat:" + secret).getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
