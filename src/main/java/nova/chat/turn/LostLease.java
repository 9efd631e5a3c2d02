package nova.chat.turn;

/** The right to run a turn was taken away: nothing that it says counts any more. */
final class LostLease extends RuntimeException {
    private static final long serialVersionUID = 1L;

    LostLease() {
        super(null, null, false, false);
    }
}
