package nova.chat.browser;

import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Writes Markdown of all kinds of blocks, long and short, well formed or not, by chance that a seed repeats. */
final class MixedText {
    private static final List<String> WORDS =
            List.of(("alpha beta `code` **bold** *it* [l](https://e.example) ~~x~~ a_b_c $HOME"
                            + " array[0] 1. - | http://x.example &amp; \\* <b> ok! 你好 𝒳 [foo1] ![i](https://i.example/x.png)")
                    .split(" "));

    private final Random random;
    private final List<String> examples;
    private final List<Supplier<String>> blocks = List.of(
            () -> line() + "\n",
            () -> line() + "\n" + line() + "\n",
            () -> "#".repeat(1 + below(6)) + " " + line() + "\n",
            this::list,
            this::table,
            this::fence,
            this::quote,
            () -> "---\n",
            () -> "    indented " + line() + "\n",
            () -> line() + "\n===\n",
            this::example,
            this::example,
            () -> chance(0.1) ? "[foo" + below(3) + "]: https://r.example/\n" : line() + "\r\n",
            () -> chance(0.3) ? "<div>\n" + line() + "\n" : "- " + line() + "\n");

    MixedText(Random random, List<String> examples) {
        this.random = random;
        this.examples = examples;
    }

    String write() {
        return IntStream.range(0, 3 + below(25))
                .mapToObj(i -> one(blocks).get() + (chance(0.75) ? "\n" : ""))
                .collect(Collectors.joining());
    }

    private String list() {
        boolean ordered = chance(0.4);
        boolean loose = chance(0.3);
        String indent = " ".repeat(one(List.of(0, 0, 0, 1, 2, 3)));
        StringBuilder list = new StringBuilder();
        for (int i = 1 + below(chance(0.3) ? 130 : 12); i > 0; i--) {
            list.append(indent).append(ordered ? i + ". " : "- ").append(chance(0.1) ? "[ ] " : "");
            list.append(line()).append('\n');
            list.append(chance(0.1) ? indent + "   - " + line() + "\n" : "");
            list.append(chance(0.05) ? indent + "   ```js\n   x = 1\n\n   y\n   ```\n" : "");
            list.append(chance(0.04) ? "\n" + indent + "   " + line() + "\n" : "");
            list.append(chance(0.05) ? line() + "\n" : "");
            list.append((loose && chance(0.8)) || chance(0.01) ? "\n" : "");
        }
        return list.toString();
    }

    private String table() {
        int columns = 1 + below(4);
        return row(columns, WORDS)
                + row(columns, List.of("---", ":-:", "--:"))
                + IntStream.range(0, 1 + below(chance(0.3) ? 150 : 9))
                        .mapToObj(i -> row(columns, WORDS))
                        .collect(Collectors.joining());
    }

    private String row(int columns, List<String> cells) {
        return IntStream.range(0, columns).mapToObj(i -> one(cells)).collect(Collectors.joining("|", "|", "|\n"));
    }

    private String fence() {
        String marks = one(List.of("```", "~~~", "````", " ```", "   ```"));
        String code = IntStream.range(0, below(chance(0.3) ? 130 : 9))
                .mapToObj(i -> one(List.of("", "  ", "    ")) + line() + (chance(0.1) ? "\n\n" : "\n"))
                .collect(Collectors.joining());
        String close = chance(0.93) ? marks + (chance(0.1) ? "`" : "") + "\n" : "";
        return marks + one(List.of("", "js", "python x")) + "\n" + code + (chance(0.2) ? "``\n~~~x\n" : "") + close;
    }

    private String quote() {
        return IntStream.range(0, 1 + below(5))
                .mapToObj(i -> one(List.of("> ", "> ", "> > ", "> - ", ">")) + line() + "\n")
                .collect(Collectors.joining());
    }

    private String example() {
        return one(examples);
    }

    private String line() {
        return IntStream.range(0, 1 + below(12)).mapToObj(i -> one(WORDS)).collect(Collectors.joining(" "));
    }

    private <T> T one(List<T> of) {
        return of.get(below(of.size()));
    }

    private int below(int bound) {
        return random.nextInt(bound);
    }

    private boolean chance(double probability) {
        return random.nextDouble() < probability;
    }
}
