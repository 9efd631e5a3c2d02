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

    /** How often a browser has been sent to ask again. */
    private static final Pattern ATTEMPTS = Pattern.compile("\\d{1,2}");

    /** Where every other replica has a file, one in 8,192 is missed that often. Browsers follow twenty times. */
    private static final int ATTEMPTS_MAX = 12;

    private final Replies replies;
    private final Edition edition;
    private final Map<String, Page> pages = new HashMap<>();

    /** Of these files, by path; the one at {@code /index.html} is served at {@code /}. */
    Pages(Replies replies, Map<String, byte[]> files) {
        this.replies = replies;
        this.edition = new Edition(files);
        files.forEach((path, bytes) -> {
            if (path.equals("/index.html")) {
                pages.put("/", Page.of(path, edition.page(bytes)));
            } else {
                pages.put(path, Page.of(path, bytes));
            }
        });
    }

    /** What is in another edition we cannot know. */
    boolean has(String path) {
        return pages.containsKey(Edition.file(path)) || edition.isAnother(path);
    }

    void serve(HttpServerRequest request, String path) {
        Page page = pages.get(Edition.file(path));
        int attempts = edition.isAnother(path) ? attempts(request) : ATTEMPTS_MAX;
        if (attempts < ATTEMPTS_MAX) {
            askAgain(request, attempts + 1);
        } else if (page == null) {
            replies.notFound(request);
        } else {
            send(request, path, page);
        }
    }

    private void send(HttpServerRequest request, String path, Page page) {
        List<String> accepted = request.headers().getAll("Accept-Encoding");
        Optional<Page.Form> packed = page.packed().filter(smaller -> AcceptEncoding.prefersGzip(accepted));
        Page.Form form = packed.orElse(page.plain());
        HttpServerResponse response = (FOR_ALL.matcher(Edition.file(path)).matches() ? shared(request) : own(request))
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

    /**
     * Another replica has sent the page that names this file, and has it: the next request may come there. Not on this
     * connection, which may be tied to us.
     */
    private static void askAgain(HttpServerRequest request, int attempt) {
        Replies.secured(request)
                .setStatusCode(307)
                .putHeader("Location", "?" + attempt)
                .putHeader("Cache-Control", "no-store")
                .putHeader("Connection", "close")
                .end()
                .onComplete(v -> request.connection().close());
    }

    private static int attempts(HttpServerRequest request) {
        String query = request.query();
        return query != null && ATTEMPTS.matcher(query).matches() ? Integer.parseInt(query) : 0;
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

    private String caching(String path) {
        boolean isKept = edition.isThis(path) || VERSIONED.matcher(path).matches();
        return isKept ? "public, max-age=31536000, immutable" : "no-cache";
    }

    /** Also in a list, and made weak by a proxy: for reading, RFC 9110 compares weakly. */
    private static boolean isKnown(HttpServerRequest request, String tag) {
        List<String> known = request.headers().getAll("If-None-Match");
        return known.stream()
                .anyMatch(tags -> tags.contains(tag) || tags.strip().equals("*"));
    }
}
