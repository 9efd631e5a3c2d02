package nova.chat.orchestrator;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.net.URI;
import java.util.Locale;

/**
 * Where the Orchestrator is.
 *
 * @param host a name, or an address; an IPv6 address is in brackets
 * @param basePath what stands before each path, without a slash at its end
 */
record Endpoint(boolean tls, String host, int port, String basePath) {

    /** Reads a URL. User and password in it are left out; they are not how the Orchestrator tells its callers apart. */
    static Endpoint of(URI url) {
        boolean tls = "https".equalsIgnoreCase(url.getScheme());
        String authority = url.getRawAuthority();
        if (authority == null) {
            throw new IllegalArgumentException("a URL without a host");
        }
        // By hand: URI.getHost() is null for names with an underscore, which are common in Compose files.
        String place = authority.substring(authority.lastIndexOf('@') + 1);
        int colon = place.lastIndexOf(':');
        boolean hasPort = colon > place.lastIndexOf(']');
        String host = (hasPort ? place.substring(0, colon) : place).toLowerCase(Locale.ROOT);
        int port =
                hasPort && colon + 1 < place.length() ? Integer.parseInt(place.substring(colon + 1)) : tls ? 443 : 80;
        String path = url.getRawPath() == null ? "" : url.getRawPath();
        return new Endpoint(tls, host, port, path.replaceAll("/+$", ""));
    }

    /** A request to one of its paths. */
    RequestOptions request(HttpMethod method, String path) {
        return new RequestOptions()
                .setMethod(method)
                .setSsl(tls)
                .setServer(SocketAddress.inetSocketAddress(port, bareHost()))
                .setHost(host)
                .setPort(port)
                .setURI(basePath + path)
                .setFollowRedirects(false);
    }

    /** The host as a resolver wants it: an IPv6 address without its brackets. */
    String bareHost() {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }
}
