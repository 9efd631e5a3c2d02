package nova.chat.orchestrator;

/** What the Orchestrator says of a key. */
public sealed interface KeyVerdict {
    <R> R match(Cases<R> cases);

    /** Exhaustive on Java 17, where {@code switch} over a sealed type is not to be had. */
    interface Cases<R> {
        R good(Good good);

        R bad(Bad bad);

        R unknown(Unknown unknown);

        R away(Away away);
    }

    /**
     * May come in.
     *
     * @param name of the key; {@code dev-bypass} and {@code trusted-network} are no keys but reasons to let anybody in.
     *     Empty when upstream gave none.
     */
    record Good(String name) implements KeyVerdict {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.good(this);
        }
    }

    /** No key, or one that upstream does not accept. */
    record Bad() implements KeyVerdict {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.bad(this);
        }
    }

    /** Upstream knows no keys at all: it has no such endpoint. */
    record Unknown() implements KeyVerdict {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.unknown(this);
        }
    }

    /** No answer that says anything of the key: it may be asked again. */
    record Away() implements KeyVerdict {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.away(this);
        }
    }
}
