package nova.chat.log;

import nova.chat.protocol.Event;

/** An event that is not text. */
record Single(long first, Event event) implements Entry {
    @Override
    public long last() {
        return first;
    }

    @Override
    public int bytes() {
        return 0;
    }

    @Override
    public Taken take(long last, int maxBytes) {
        return new Taken(event, first);
    }
}
