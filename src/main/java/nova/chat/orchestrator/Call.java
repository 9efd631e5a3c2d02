package nova.chat.orchestrator;

import org.jspecify.annotations.Nullable;

/**
 * On whose behalf a request goes upstream.
 *
 * @param key the caller's API key, sent as {@code X-API-Key}; null when the caller brought none
 * @param clientAddress sent as {@code X-Forwarded-For}: the Orchestrator decides trust by network
 * @param trace the W3C trace that this request belongs to
 */
public record Call(@Nullable String key, String clientAddress, Trace trace) {
    /** Never the key: a record's own {@code toString} would write it into the first log line that names a call. */
    @Override
    public String toString() {
        return "Call[" + clientAddress + ", " + trace.id() + (key == null ? ", no key]" : ", with a key]");
    }
}
