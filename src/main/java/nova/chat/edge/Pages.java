package nova.chat.edge;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** The chat page and its files, read once and served from memory: no path of a request ever reaches a file system. */
final class Pages {
    /**
     * Nothing from elsewhere, nothing inline, no frames, and no way from text to markup: what a model writes is hostile.
     * {@code 'self'} covers the WebSocket (CSP 3).
     */
    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
            + "font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
            + "require-trusted-types-for 'script'; trusted-types 'none'";

    /** What other people's pages import. */
    private static final Pattern FOR_ALL = Pattern.compile("/client(\\.js|\\.d\\.ts|/.+\\.js)");

    /** A folder with a version in its name: what lies there never changes. */
    private static final Pattern VERSIONED = Pattern.compile("/vendor/[^/]+-\\d[^/]*/.+");

    private final Replies replies;
    private final Map<String, Page> pages = new HashMap<>();

    /** Of these files, by path; the one at {@code /index.html} is served at {@code /}. */
    Pages(Replies replies, Map<String, byte[]> files) {
        this.replies = replies;
        files.forEach((path, bytes) -> pages.put(path.equals("/index.html") ? "/" : path, Page.of(path, bytes)));
    }

    boolean has(String path) {
        return pages.containsKey(path);
    }

    void serve(HttpServerRequest request, String path) {
        Page page = pages.get(path);
        if (page == null) {
            throw new IllegalArgumentException("no page " + path);
        }
        List<String> accepted = request.headers().getAll("Accept-Encoding");
        Optional<Page.Form> packed = page.packed().filter(smaller -> AcceptEncoding.prefersGzip(accepted));
        Page.Form form = packed.orElse(page.plain());
        HttpServerResponse response = (FOR_ALL.matcher(path).matches() ? shared(request) : own(request))
                .putHeader("Cache-Control", caching(path))
                .putHeader("ETag", form.tag());
        if (page.isDocument()) {
            fence(request, response);
        }
        if (isKnown(request, form.tag())) {
            response.setStatusCode(304).end().onFailure(e -> {}); // the client has gone
            return;
        }
        if (packed.isPresent()) {
            response.putHeader("Content-Encoding", "gzip");
        }
        Replies.end(request, response.putHeader("Content-Type", page.type()), form.bytes());
    }

    private HttpServerResponse own(HttpServerRequest request) {
        return replies.readable(request)
                .putHeader("Vary", "Origin, Accept-Encoding")
                .putHeader("Cross-Origin-Resource-Policy", "same-origin");
    }

    /**
     * What rules a document and all that it loads. Nobody reads it on scripts and style sheets, but for two of these: a
     * module without a referrer policy imports by its document's, while our style sheets ask for nothing; and a worker would
     * obey its own policy, but Trusted Types let nobody start one.
     */
    private static void fence(HttpServerRequest request, HttpServerResponse response) {
        Replies.unframed(response)
                .putHeader("Content-Security-Policy", POLICY)
                .putHeader("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=()");
        // Over plain HTTP from another machine browsers ignore this one, and complain. Behind a proxy we cannot know
        // how we are reached, but they do: only what they trust (https, localhost) is asked with Sec-Fetch headers.
        if (request.headers().contains("Sec-Fetch-Mode")) {
            response.putHeader("Cross-Origin-Opener-Policy", "same-origin");
        }
    }

    /** A program without secrets: whoever may not connect may read it all the same. */
    private static HttpServerResponse shared(HttpServerRequest request) {
        return Replies.secured(request)
                .putHeader("Vary", "Accept-Encoding")
                .putHeader("Access-Control-Allow-Origin", "*")
                .putHeader("Cross-Origin-Resource-Policy", "cross-origin");
    }

    private static String caching(String path) {
        return VERSIONED.matcher(path).matches() ? "public, max-age=31536000, immutable" : "no-cache";
    }

    /** Also in a list, and made weak by a proxy: for reading, RFC 9110 compares weakly. */
    private static boolean isKnown(HttpServerRequest request, String tag) {
        List<String> known = request.headers().getAll("If-None-Match");
        return known.stream()
                .anyMatch(tags -> tags.contains(tag) || tags.strip().equals("*"));
    }
}
