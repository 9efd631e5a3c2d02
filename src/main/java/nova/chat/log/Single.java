package nova.chat.log;

import io.vertx.core.buffer.Buffer;
import java.util.List;
import nova.chat.protocol.Event;

/** An event that is not a piece of an answer. */
record Single(long first, Event event) implements Entry {
    @Override
    public long last() {
        return first;
    }

    /** Of what others chose the size of; the rest is a few words. */
    @Override
    public int bytes() {
        return event.match(SIZE);
    }

    @Override
    public Taken take(long last, int maxBytes, long upTo) {
        return new Taken(event, first, first);
    }

    @Override
    public List<Event> events(long last, int most) {
        return List.of(event);
    }

    private static final Event.Cases<Integer> SIZE = new Event.Cases<>() {
        @Override
        public Integer said(Event.Said said) {
            return 2 * said.content().length();
        }

        @Override
        public Integer started(Event.Started started) {
            return 0;
        }

        @Override
        public Integer delta(Event.Delta delta) {
            return delta.literal().length();
        }

        @Override
        public Integer aside(Event.Aside aside) {
            Buffer json = aside.json();
            return json.length();
        }

        @Override
        public Integer queued(Event.Queued queued) {
            return 0;
        }

        @Override
        public Integer end(Event.End end) {
            return 0;
        }

        @Override
        public Integer failure(Event.Failure failure) {
            return 2 * failure.content().length();
        }
    };
}
