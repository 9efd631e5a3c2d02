package nova.chat.edge;

import nova.chat.protocol.ErrorCode;

/** The session room's refusals in the protocol's words. */
final class Refusals {
    static final String FORBIDDEN = "This session belongs to another key. You go on in a new one.";
    static final String CLOSED = "This session cannot be opened at the moment. Try again later.";
    static final String SHUT = "This session belongs to a key, and keys cannot be checked now. Try later.";

    private Refusals() {}

    /** Of a message that a session did not take. */
    static String ofMessage(ErrorCode code) {
        return switch (code) {
            case BUSY -> "Another message is being answered, and this one was not to wait. It was not taken.";
            case QUEUE_FULL -> "Too many messages wait already. Send this one later.";
            case DRAINING -> "The service is restarting. Connect again, then send this.";
            case STORE_UNAVAILABLE -> "The message could not be stored, and was not sent on. Send it again later.";
            case FORBIDDEN_SESSION -> FORBIDDEN;
            default -> "The message was not taken. You can send it again.";
        };
    }
}
