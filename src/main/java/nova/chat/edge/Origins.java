package nova.chat.edge;

import io.vertx.core.MultiMap;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which web pages may talk to us (PROTOCOL.md, "Origins"). CORS does not bind WebSockets: a browser opens one to
 * anywhere, with the user's network position, so the server itself must look. Exact match; scheme and host without case,
 * default ports folded; no substring, no pattern.
 */
final class Origins {
    private final boolean any;
    private final Set<String> allowed;

    Origins(List<String> configured) {
        any = configured.contains("*");
        allowed = configured.stream().map(Origins::normal).collect(Collectors.toUnmodifiableSet());
    }

    /** Whether a request with these headers may be answered as if it came from a page of ours, or from no page at all. */
    boolean allow(MultiMap headers) {
        List<String> origins = headers.getAll("Origin");
        if (origins.isEmpty()) {
            return true; // not a browser: whoever can leave it out can also invent it
        }
        return origins.size() == 1 && isOne(origins.get(0)) && allow(origins.get(0), headers.get("Host"));
    }

    /** Neither empty nor a list, which a proxy makes of two headers. */
    private static boolean isOne(String origin) {
        return !origin.isEmpty() && origin.chars().noneMatch(c -> c == ',' || c <= ' ');
    }

    private boolean allow(String origin, @Nullable String host) {
        return any || allowed.contains(normal(origin)) || isOwn(origin, host);
    }

    /** The page that we serve. Its scheme is not compared: behind a proxy that ends TLS we do not know our own. */
    private static boolean isOwn(String origin, @Nullable String host) {
        int scheme = origin.indexOf("://");
        return host != null && scheme > 0 && normal(origin).equals(normal(origin.substring(0, scheme) + "://" + host));
    }

    private static String normal(String origin) {
        try {
            URI uri = new URI(origin.toLowerCase(Locale.ROOT));
            boolean isDefault =
                    uri.getPort() == ("https".equals(uri.getScheme()) ? 443 : "http".equals(uri.getScheme()) ? 80 : -1);
            String port = uri.getPort() < 0 || isDefault ? "" : ":" + uri.getPort();
            return isBare(uri) ? uri.getScheme() + "://" + uri.getHost() + port : origin;
        } catch (URISyntaxException e) {
            return origin; // matches nothing but itself
        }
    }

    /** Whether there is nothing but scheme, host and port: no browser sends more, so more is no page of ours. */
    private static boolean isBare(URI uri) {
        return uri.getHost() != null
                && uri.getRawUserInfo() == null
                && uri.getRawPath().isEmpty()
                && uri.getRawQuery() == null
                && uri.getRawFragment() == null;
    }
}
