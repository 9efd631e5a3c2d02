package nova.chat.store;

/** The store did not do what it was asked to, now; it may later. The one failure that a {@link Store} has. */
public final class StoreUnavailable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Says why.
     *
     * @param message for the log, never for clients: it may name hosts
     */
    public StoreUnavailable(String message) {
        super(message, null, false, false);
    }
}
