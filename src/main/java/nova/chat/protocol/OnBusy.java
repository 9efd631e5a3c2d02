package nova.chat.protocol;

/** What becomes of a message that comes while a turn runs, or others wait. */
public enum OnBusy {
    ENQUEUE,
    REJECT,
    /** The running turn is stopped, and this message goes before those that wait. */
    INTERRUPT
}
