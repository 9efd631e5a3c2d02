package nova.chat.orchestrator;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import org.jspecify.annotations.Nullable;

/** A status that is no success, and what it says about itself. */
final class Refusal {
    private static final long RETRY_MIN_MS = 1_000;
    private static final long RETRY_MAX_MS = 600_000;
    /** Upstream counts by the minute. */
    private static final long RATE_LIMIT_MS = 60_000;

    private Refusal() {}

    /** The failure that a response means; without a body that can be read, the status says it all. */
    static UpstreamFailure.Refused of(HttpClientResponse response, @Nullable Buffer body, Wording wording) {
        String detail = body == null ? null : wording.detail(body);
        return new UpstreamFailure.Refused(response.statusCode(), detail, retryAfterMs(response));
    }

    private static @Nullable Long retryAfterMs(HttpClientResponse response) {
        int status = response.statusCode();
        if (status != 429 && status != 503) {
            return null;
        }
        String seconds = response.getHeader("Retry-After");
        if (seconds != null && seconds.matches("\\d{1,9}")) {
            return Math.min(RETRY_MAX_MS, Math.max(RETRY_MIN_MS, Long.parseLong(seconds) * 1_000));
        }
        return status == 429 ? RATE_LIMIT_MS : null;
    }
}
