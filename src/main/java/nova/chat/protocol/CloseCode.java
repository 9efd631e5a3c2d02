package nova.chat.protocol;

/**
 * Why the server ends a connection, and so whether the client should come back (PROTOCOL.md, "Close codes").
 */
public enum CloseCode {
    /** The server stops or restarts: reconnect with jitter. */
    RESTART(1012, "restarting"),
    /** Frames that break RFC 6455. */
    PROTOCOL(1002, "protocol error"),
    /** A binary frame: this protocol is text. */
    BINARY(1003, "text frames only"),
    /** A text message that is not UTF-8. */
    NOT_UTF8(1007, "not UTF-8"),
    /** Over the message limit: do not send it again. */
    TOO_LARGE(1009, "message too large"),
    /** Keys are needed and cannot be checked now: back off, then reconnect. */
    OVERLOADED(1013, "try again later"),
    /** No key, or a bad one: ask for it, then reconnect. */
    UNAUTHORIZED(4001, "authentication required or failed"),
    /** Too many connections, in all or from this address: reconnect after a long pause. */
    CONNECTION_LIMIT(4008, "too many connections"),
    /** The socket took nothing for too long: reconnect at once. */
    SLOW_CONSUMER(4010, "too slow"),
    /** No sign of life: reconnect. */
    NO_PONG(4011, "no pong"),
    /** The key was good and is no longer: bring a new one. */
    KEY_REVOKED(4012, "key revoked or expired"),
    /** Too many wrong keys from this address: back off. */
    TOO_MANY(4029, "too many attempts"),
    /** A v2 client that does not keep to v2: mend it. */
    MISUSE(4400, "protocol error");

    private final short number;
    private final String reason;

    CloseCode(int number, String reason) {
        this.number = (short) number;
        this.reason = reason;
    }

    public short number() {
        return number;
    }

    public String reason() {
        return reason;
    }
}
