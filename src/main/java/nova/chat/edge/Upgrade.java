package nova.chat.edge;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What stands between a request for {@code /ws/chat} and a connection: RFC 6455 section 4.2.1, and the page's origin. */
final class Upgrade {
    private static final Logger LOG = LoggerFactory.getLogger(Upgrade.class);

    private final Connections connections;
    private final Origins origins;
    private final ClientAddress addresses;
    private final Replies replies;

    Upgrade(Connections connections, Origins origins, ClientAddress addresses, Replies replies) {
        this.connections = connections;
        this.origins = origins;
        this.addresses = addresses;
        this.replies = replies;
    }

    void handle(HttpServerRequest request) {
        if (!isUpgrade(request)) {
            replies.upgradeRequired(request);
        } else if (!origins.allow(request.headers())) {
            LOG.atWarn().addKeyValue("address", addresses.of(request)).log("refused a page of a foreign origin");
            replies.error(request, 403, "Pages of this origin may not connect here (CORS_ALLOWED_ORIGINS).");
        } else {
            Guest guest = Guest.of(request, addresses.of(request));
            request.toWebSocket()
                    .onSuccess(socket -> connections.add(socket, guest))
                    .onFailure(e -> LOG.atDebug().log("the handshake failed")); // Vert.x has answered it
        }
    }

    private static boolean isUpgrade(HttpServerRequest request) {
        String connection = request.getHeader("Connection");
        return request.version() == HttpVersion.HTTP_1_1
                && request.method().equals(HttpMethod.GET)
                && "websocket".equalsIgnoreCase(request.getHeader("Upgrade"))
                && connection != null
                && connection.toLowerCase(java.util.Locale.ROOT).contains("upgrade")
                && "13".equals(request.getHeader("Sec-WebSocket-Version"))
                && request.getHeader("Sec-WebSocket-Key") != null;
    }
}
