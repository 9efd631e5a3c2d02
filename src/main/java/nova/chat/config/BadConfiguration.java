package nova.chat.config;

import java.util.List;

/** Variables are set to what they cannot be. The message is for whoever started the service; secrets in it are masked. */
public final class BadConfiguration extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String[] problems; // not a List: an exception is serializable

    BadConfiguration(List<String> problems) {
        super(String.join("\n", problems), null, false, false);
        this.problems = problems.toArray(String[]::new);
    }

    /** One sentence for each bad variable: its name, its value, and what is allowed. */
    public List<String> problems() {
        return List.of(problems);
    }
}
