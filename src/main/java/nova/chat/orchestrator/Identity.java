package nova.chat.orchestrator;

import io.vertx.core.json.JsonObject;
import java.util.Optional;

/**
 * What the Orchestrator wants to be called, and to say first, where a person looks.
 *
 * @param name not blank, at most 100 UTF-16 code units
 * @param greeting at most 1,000 UTF-16 code units; may be empty
 */
public record Identity(String name, String greeting) {
    /** A heading has no room for more. */
    private static final int MAX_NAME_CHARS = 100;

    /** It goes to every v2 client that comes: a paragraph, not a page. */
    private static final int MAX_GREETING_CHARS = 1_000;

    /** Half an identity is none, and so is a cut one: what is that long was never meant to be shown. */
    static Optional<Identity> of(JsonObject said) {
        return said.getValue("name") instanceof String name
                        && said.getValue("greeting") instanceof String greeting
                        && !name.isBlank()
                        && name.length() <= MAX_NAME_CHARS
                        && greeting.length() <= MAX_GREETING_CHARS
                ? Optional.of(new Identity(name.strip(), greeting.strip()))
                : Optional.empty();
    }
}
