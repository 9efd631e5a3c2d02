package nova.chat.edge;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The chat page and its files, read once and served from memory: no path of a request ever reaches a file system. */
final class Pages {
    /**
     * Nothing from elsewhere, nothing inline, no frames, and no way from text to markup: what a model writes is hostile.
     * {@code 'self'} covers the WebSocket (CSP 3).
     */
    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
            + "font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
            + "require-trusted-types-for 'script'; trusted-types 'none'";

    private record Page(String type, Buffer body, String etag) {}

    private final Replies replies;
    private final Map<String, Page> pages = Map.of(
            "/", load("index.html", "text/html; charset=utf-8"),
            "/app.js", load("app.js", "text/javascript; charset=utf-8"),
            "/app.css", load("app.css", "text/css; charset=utf-8"));

    Pages(Replies replies) {
        this.replies = replies;
    }

    boolean has(String path) {
        return pages.containsKey(path);
    }

    void serve(HttpServerRequest request, String path) {
        Page page = pages.get(path);
        if (page == null) {
            throw new IllegalArgumentException("no page " + path);
        }
        HttpServerResponse response = replies.prepare(request)
                .putHeader("Content-Security-Policy", POLICY)
                .putHeader("Cross-Origin-Opener-Policy", "same-origin")
                .putHeader("Cross-Origin-Resource-Policy", "same-origin")
                .putHeader("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=()")
                .putHeader("Cache-Control", "no-cache")
                .putHeader("ETag", page.etag());
        String known = request.getHeader("If-None-Match");
        if (known != null && known.contains(page.etag())) { // in a list, or made weak by a proxy that compresses
            response.setStatusCode(304).end().onFailure(e -> {}); // the client has gone
        } else {
            Replies.end(request, response.putHeader("Content-Type", page.type()), page.body());
        }
    }

    private static Page load(String name, String type) {
        try (@Nullable InputStream in = Pages.class.getResourceAsStream("/ui/" + name)) {
            if (in == null) {
                throw new IllegalStateException("the jar lacks ui/" + name);
            }
            byte[] body = in.readAllBytes();
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(body);
            return new Page(type, Buffer.buffer(body), '"' + HexFormat.of().formatHex(digest, 0, 12) + '"');
        } catch (IOException | NoSuchAlgorithmException e) {
            throw new IllegalStateException("cannot read ui/" + name, e);
        }
    }
}
