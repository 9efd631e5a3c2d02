package nova.chat.protocol;

/** Which version of the protocol a client speaks (PROTOCOL.md, "Versions"). */
public enum Dialect {
    /** The original's, for everybody who did not ask for more. */
    SEED,
    /** With positions, resume, stop and history. */
    V2
}
