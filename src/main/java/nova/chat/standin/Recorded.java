package nova.chat.standin;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * A request as it arrived, whole.
 *
 * @param endpoint null when the path belongs to none
 * @param uri path and query
 * @param headers a copy; names without regard to case
 */
public record Recorded(@Nullable Endpoint endpoint, String method, String uri, MultiMap headers, Buffer body) {
    static Recorded of(HttpServerRequest request, Buffer body) {
        return new Recorded(
                Endpoint.at(request.path()),
                request.method().name(),
                request.uri(),
                MultiMap.caseInsensitiveMultiMap().addAll(request.headers()),
                body);
    }

    /** The value of the first header of that name, or null. */
    public @Nullable String header(String name) {
        return headers.get(name);
    }

    /** The body as an object; throws {@link io.vertx.core.json.DecodeException} when it is none. */
    public JsonObject json() {
        return new JsonObject(body);
    }

    /** Neither header nor body: a failed assertion prints this, and keys stand in the one, what users wrote in the other. */
    @Override
    public String toString() {
        return "Recorded[" + method + " " + uri + ", " + body.length() + " bytes]";
    }
}
