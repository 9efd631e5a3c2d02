package nova.chat.resume;

import java.time.Duration;
import java.util.Random;
import nova.chat.standin.Script;

/** An answer out of a seed: pieces of all sizes and planes of Unicode, with asides and pauses in between. */
record Story(Script script, String text) {
    private static final String[] LETTERS = {
        "a",
        " ",
        "\"",
        "\\",
        "/",
        "\n",
        "\t",
        "\u0000",
        "\u001f",
        "\u2028",
        "é",
        "漢",
        "🙂",
        "👩‍👩‍👧",
        "{\"t\":\"x\"}",
        "<b>",
        "[DONE]"
    };
    private static final String[] ASIDES = {
        "{\"status\":{\"step\":\"memory\",\"state\":\"running\"}}",
        "{\"think\":\"hm 🤔\"}",
        "{\"meta\":{\"model\":\"m\"}}",
        "{\"hb\":3000}"
    };

    static Story of(long seed) {
        Random random = new Random(seed);
        Script script = Script.stream();
        StringBuilder text = new StringBuilder();
        int steps = 5 + random.nextInt(30);
        for (int i = 0; i < steps; i++) {
            int kind = random.nextInt(10);
            if (kind == 0) {
                script = script.event(ASIDES[random.nextInt(ASIDES.length)]);
            } else if (kind == 1) { // the halves of one character in two pieces
                script = script.event("{\"t\":\"\\ud83d\"}").event("{\"t\":\"\\ude00\"}");
                text.append("😀");
            } else {
                String piece = piece(random);
                script = script.text(piece);
                text.append(piece);
            }
            if (random.nextInt(3) == 0) {
                script = script.pause(Duration.ofMillis(random.nextInt(20)));
            }
        }
        return new Story(script.done(), text.toString());
    }

    private static String piece(Random random) {
        StringBuilder piece = new StringBuilder();
        int letters = random.nextInt(1 << random.nextInt(8));
        for (int i = 0; i < letters; i++) {
            piece.append(LETTERS[random.nextInt(LETTERS.length)]);
        }
        return piece.toString();
    }
}
