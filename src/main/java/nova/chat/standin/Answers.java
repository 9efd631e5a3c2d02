package nova.chat.standin;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** What the stand-in says: chosen by a word in a short message, and closed with a proof that the conversation arrived. */
final class Answers {
    /** A longer message is somebody's own text, in which “long” or “code” is only a word. */
    private static final int COMMAND_WORDS_MAX = 5;

    /** Enough to recognise one's own words by, in code points. */
    private static final int QUOTE_MAX = 120;

    private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}'’]+");
    private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{Cc}\\p{Zl}\\p{Zp}\\s]+");
    private static final Pattern BACKTICKS = Pattern.compile("`+");

    private static final Map<String, Answer> BY_WORD = Map.ofEntries(
            Map.entry("help", Answer.of(Samples.HELP)),
            Map.entry("hello", Answer.of(Samples.HELLO)),
            Map.entry("hi", Answer.of(Samples.HELLO)),
            Map.entry("table", Answer.of(Samples.TABLE)),
            Map.entry("code", Answer.of(Samples.CODE).thinking("A short program in each of three languages will do.")),
            Map.entry("unicode", Answer.of(Samples.UNICODE)),
            Map.entry("markdown", Answer.of(Samples.MARKDOWN)),
            Map.entry("long", Answer.of(Samples.LONG).thinking("Twelve chapters: long enough to reload the page in.")),
            Map.entry("slow", Answer.of(Samples.SLOW).slowly()),
            Map.entry("fail", Answer.of(Samples.FAIL).failing("The stand-in failed, because you asked it to.")));

    private Answers() {}

    /** The answer to the last of the user's messages; {@code messages} as in the body of a task, checked. */
    static Answer to(JsonArray messages) {
        List<String> said = new ArrayList<>();
        for (int i = 0; i < messages.size(); i++) {
            JsonObject message = messages.getJsonObject(i);
            if (message.getString("role").equals("user")) {
                said.add(message.getString("content"));
            }
        }
        if (said.isEmpty()) {
            return Answer.of("I was sent %d messages, none of them yours.".formatted(messages.size()));
        }
        String last = said.get(said.size() - 1);
        Answer answer = byWord(last);
        return answer.error().isEmpty() ? answer.closing(proof(said)) : answer;
    }

    private static Answer byWord(String message) {
        List<String> words = WORD.matcher(message.toLowerCase(Locale.ROOT))
                .results()
                .limit(COMMAND_WORDS_MAX + 1)
                .map(MatchResult::group)
                .toList();
        if (words.size() <= COMMAND_WORDS_MAX) {
            for (String word : words) {
                Answer answer = BY_WORD.get(word);
                if (answer != null) {
                    return answer;
                }
            }
        }
        return Answer.of(Samples.ECHO.formatted(quote(message), message.codePointCount(0, message.length())));
    }

    private static String proof(List<String> said) {
        return said.size() == 1
                ? "\n---\nYou have said 1 thing so far: %s\n".formatted(quote(said.get(0)))
                : "\n---\nYou have said %d things so far; the first was %s\n"
                        .formatted(said.size(), quote(said.get(0)));
    }

    /**
     * A user's words as a code span, the one construct in Markdown inside which nothing else means anything: on one line,
     * cut, and fenced with one backtick more than the longest run in it.
     */
    static String quote(String text) {
        String line = UNPRINTABLE.matcher(cut(text)).replaceAll(" ").strip();
        int longest = BACKTICKS
                .matcher(line)
                .results()
                .mapToInt(run -> run.end() - run.start())
                .max()
                .orElse(0);
        if (line.isEmpty()) {
            return "nothing that can be shown";
        }
        String fence = "`".repeat(longest + 1);
        String pad = longest > 0 ? " " : "";
        return "“" + fence + pad + line + pad + fence + "”";
    }

    private static String cut(String text) {
        return text.codePointCount(0, text.length()) <= QUOTE_MAX
                ? text
                : text.substring(0, text.offsetByCodePoints(0, QUOTE_MAX)) + "…";
    }

    /**
     * An answer before it is said.
     *
     * @param thought planning prose to show before it; empty: none
     * @param error what to fail with after the text; empty: it succeeds
     * @param slow whether a long silence comes first
     */
    record Answer(String markdown, String thought, String error, boolean slow) {
        static Answer of(String markdown) {
            return new Answer(markdown, "", "", false);
        }

        Answer thinking(String words) {
            return new Answer(markdown, words, error, slow);
        }

        Answer failing(String words) {
            return new Answer(markdown, thought, words, slow);
        }

        Answer slowly() {
            return new Answer(markdown, thought, error, true);
        }

        Answer closing(String words) {
            return new Answer(markdown + words, thought, error, slow);
        }
    }
}
