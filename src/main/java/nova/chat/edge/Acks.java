package nova.chat.edge;

import java.util.Optional;
import nova.chat.protocol.Ack;
import nova.chat.session.Asked;
import org.jspecify.annotations.Nullable;

/** What became of a message, as v2 acknowledges it; a refusal is not acknowledged. */
record Acks(@Nullable String ref) implements Asked.Cases<Optional<Ack>> {
    @Override
    public Optional<Ack> accepted(Asked.Accepted accepted) {
        return Optional.of(new Ack(Ack.State.ACCEPTED, ref, accepted.turn(), 0));
    }

    @Override
    public Optional<Ack> waiting(Asked.Waiting waiting) {
        return Optional.of(new Ack(Ack.State.QUEUED, ref, waiting.turn(), waiting.position()));
    }

    @Override
    public Optional<Ack> known(Asked.Known known) {
        return Optional.of(new Ack(Ack.State.DUPLICATE, ref, known.turn(), known.position()));
    }

    @Override
    public Optional<Ack> refused(Asked.Refused refused) {
        return Optional.empty();
    }
}
