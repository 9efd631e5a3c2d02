package nova.chat.protocol;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import nova.chat.protocol.ClientFrame.Malformed;
import org.jspecify.annotations.Nullable;

/**
 * The fields of one client frame. Whoever asks for one that is not as it must be gets something harmless, and the frame
 * {@link #unlessWrong} turns into words on the first such field: so a frame is read field by field, without a branch for
 * each. Null counts as left out.
 */
final class Fields {
    /** Enough for a UUID in any notation; these names are kept for a day. */
    private static final int MAX_NAME_CHARS = 64;
    /** The largest integer up to which a double, and so JavaScript, can count: 16 digits. */
    private static final long MAX_SEQ = 1L << 53;

    private static final Set<String> KNOWN = Set.of(
            "type",
            "token",
            "content",
            "session_id",
            "id",
            "on_busy",
            "turn_id",
            "ref",
            "epoch",
            "last_seq",
            "events",
            "before",
            "limit");

    private final Map<String, Field> fields;
    private @Nullable Malformed wrong;

    private Fields(Map<String, Field> fields) {
        this.fields = fields;
    }

    /** Of an object that has just begun, to its end. Unknown fields are for versions to come. */
    static Fields collect(JsonParser json) throws IOException {
        return new Fields(Field.collect(json, KNOWN));
    }

    ClientFrame unlessWrong(ClientFrame frame) {
        return wrong == null ? frame : wrong;
    }

    /** A string that must be there; empty where it is not. */
    String text(String name, String example) {
        Field field = get(name);
        if (field == null || !field.isText()) {
            bad("The field \"" + name + "\" is missing or not a string. Send, for example, " + example + ".");
            return "";
        }
        return field.text();
    }

    boolean has(String name) {
        return get(name) != null;
    }

    /** A string that may be there; null where it is not. */
    @Nullable
    String optionalText(String name) {
        Field field = get(name);
        if (field != null && (!field.isText() || field.text().isEmpty())) {
            bad("The field \"" + name + "\" must be a string that is not empty, or be left out.");
            return null;
        }
        return field == null ? null : field.text();
    }

    /** A short string that may be there; null where it is not. */
    @Nullable
    String name(String name) {
        Field field = get(name);
        if (field != null && !isName(field)) {
            bad("The field \"" + name + "\" must be a string of 1 to " + MAX_NAME_CHARS
                    + " whole characters, or be left out.");
            return null;
        }
        return field == null ? null : field.text();
    }

    /** With half a surrogate pair it would come back as another, and be kept under the name of yet another. */
    private static boolean isName(Field field) {
        String text = field.isText() ? field.text() : "";
        return !text.isEmpty() && text.length() <= MAX_NAME_CHARS && Surrogates.areWhole(text);
    }

    @Nullable
    TurnId turn(String name) {
        String value = name(name);
        return value == null ? null : new TurnId(value);
    }

    @Nullable
    SessionId session() {
        Field field = get("session_id");
        SessionId session = field == null || !field.isText()
                ? null
                : SessionId.parse(field.text()).orElse(null);
        if (field != null && session == null) {
            wrong(
                    ErrorCode.INVALID_SESSION_ID,
                    "The field \"session_id\" must be 1 to 128 of the characters A-Z a-z 0-9 _ - or be left out.");
        }
        return session;
    }

    /** Null where {@code last_seq} is left out, whatever the epoch: then the snapshot is wanted. */
    @Nullable
    Position position() {
        if (!has("last_seq")) {
            return null;
        }
        Field epoch = get("epoch");
        if (epoch == null || !epoch.isText() || epoch.text().length() > MAX_NAME_CHARS) {
            bad("The field \"epoch\" must come with \"last_seq\": a string of at most " + MAX_NAME_CHARS
                    + " characters, as the server gave it.");
            return null;
        }
        return new Position(epoch.text(), integer("last_seq", 0, MAX_SEQ, 0));
    }

    long integer(String name, long min, long max, long otherwise) {
        Field field = get(name);
        if (field == null) {
            return otherwise;
        }
        // Longer ones are out of bounds, and not parsed.
        boolean whole =
                field.kind() == JsonToken.VALUE_NUMBER_INT && field.text().length() <= 17;
        long value = whole ? Long.parseLong(field.text()) : min - 1;
        if (value < min || value > max) {
            bad("The field \"" + name + "\" must be an integer from " + min + " to " + max + ".");
            return otherwise;
        }
        return value;
    }

    OnBusy onBusy() {
        Field field = get("on_busy");
        if (field == null) {
            return OnBusy.ENQUEUE;
        }
        for (OnBusy choice : OnBusy.values()) {
            if (field.isText() && field.text().equals(choice.name().toLowerCase(Locale.ROOT))) {
                return choice;
            }
        }
        bad("The field \"on_busy\" must be \"enqueue\", \"reject\" or \"interrupt\", or be left out.");
        return OnBusy.ENQUEUE;
    }

    /** Kinds that are not known are for versions to come. */
    Set<Extra> extras() {
        Set<Extra> extras = EnumSet.noneOf(Extra.class);
        Field field = get("events");
        if (field == null) {
            return extras;
        }
        if (field.kind() != JsonToken.START_ARRAY || !field.items().stream().allMatch(Field::isText)) {
            bad(
                    "The field \"events\" must be an array of \"user\", \"status\", \"thinking\" and \"meta\", or be left out.");
        }
        field.items().forEach(item -> Extra.named(item.text()).ifPresent(extras::add));
        return extras;
    }

    /** The first complaint is the one that is told. */
    void bad(String content) {
        wrong(ErrorCode.BAD_FRAME, content);
    }

    private void wrong(ErrorCode code, String content) {
        if (wrong == null) {
            Field id = get("id");
            wrong = new Malformed(code, content, id != null && isName(id) ? id.text() : null);
        }
    }

    private @Nullable Field get(String name) {
        Field field = fields.get(name);
        return field == null || field.kind() == JsonToken.VALUE_NULL ? null : field;
    }
}
