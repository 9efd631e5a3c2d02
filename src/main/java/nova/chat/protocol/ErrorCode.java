package nova.chat.protocol;

import java.util.Locale;

/**
 * What an {@code error} frame can mean (PROTOCOL.md, "Errors"). On the wire each is its own name in lower case.
 * Retryable means: the same message may well succeed later; the client need not change anything.
 */
public enum ErrorCode {
    BAD_FRAME(false),
    UNSUPPORTED_TYPE(false),
    MESSAGE_TOO_LARGE(false),
    INVALID_SESSION_ID(false),
    UNAUTHORIZED(false),
    TOKEN_EXPIRED(false),
    FORBIDDEN_SESSION(false),
    RATE_LIMITED(true),
    AUTH_UNAVAILABLE(true),
    STORE_UNAVAILABLE(true),
    DRAINING(true),
    BUSY(true),
    QUEUE_FULL(true),
    UPSTREAM_UNREACHABLE(true),
    UPSTREAM_TIMEOUT(true),
    UPSTREAM_STALLED(true),
    UPSTREAM_TRUNCATED(true),
    UPSTREAM_BUSY(true),
    UPSTREAM_5XX(true),
    UPSTREAM_4XX(false),
    UPSTREAM_ERROR(false),
    INTERRUPTED(true),
    OUTPUT_LIMIT(false),
    INTERNAL(true);

    private final boolean retryable;
    private final String wire = name().toLowerCase(Locale.ROOT);

    ErrorCode(boolean retryable) {
        this.retryable = retryable;
    }

    public boolean retryable() {
        return retryable;
    }

    public String wire() {
        return wire;
    }
}
