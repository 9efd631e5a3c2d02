package nova.chat.testing;

import io.vertx.core.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.zip.GZIPInputStream;

/** Plain HTTP, as a stranger's program sends it. */
public final class Get {
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final Duration WAIT = Duration.ofSeconds(30);

    private Get() {}

    /** Headers are names and values in turn. */
    public static HttpResponse<String> get(int port, String path, String... headers) {
        return method("GET", port, path, headers);
    }

    public static HttpResponse<String> method(String method, int port, String path, String... headers) {
        return send(request(method, port, path, headers), BodyHandlers.ofString());
    }

    /** A GET whose body is left as it came: this client does not unpack. */
    public static HttpResponse<byte[]> bytes(int port, String path, String... headers) {
        return send(request("GET", port, path, headers), BodyHandlers.ofByteArray());
    }

    public static byte[] gunzip(byte[] packed) {
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(packed))) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static <T> HttpResponse<T> send(HttpRequest request, BodyHandler<T> body) {
        try {
            return CLIENT.send(request, body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    public static CompletableFuture<HttpResponse<String>> later(int port, String path) {
        return CLIENT.sendAsync(request("GET", port, path), BodyHandlers.ofString());
    }

    public static JsonObject json(HttpResponse<String> response) {
        return new JsonObject(response.body());
    }

    private static HttpRequest request(String method, int port, String path, String... headers) {
        HttpRequest.Builder builder = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .method(method, BodyPublishers.noBody())
                .timeout(WAIT);
        return headers.length == 0 ? builder.build() : builder.headers(headers).build();
    }
}
