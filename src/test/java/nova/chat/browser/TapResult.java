package nova.chat.browser;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One test's result in the Test Anything Protocol, as Node writes it: a line, and details below it. */
record TapResult(String name, boolean passed, String details) {
    /** Files with tests are results too, in Node 18 with their tests indented below; those end in a plan, not here. */
    private static final Pattern RESULT = Pattern.compile(" *(not )?ok \\d+ - (.*)");

    private static final Pattern FILE = Pattern.compile(".*\\.test\\.mjs");

    /** A skipped test, or one that is to be written, has shown nothing. */
    private static final Pattern DIRECTIVE = Pattern.compile(".* # (SKIP|TODO).*", Pattern.CASE_INSENSITIVE);

    static List<TapResult> read(String tap) {
        List<TapResult> results = new ArrayList<>();
        StringBuilder details = new StringBuilder();
        Matcher open = RESULT.matcher("");
        for (String line : tap.lines().toList()) {
            Matcher next = RESULT.matcher(line);
            if (next.matches()) {
                add(open, details, results);
                open = next;
                details.setLength(0);
            } else {
                details.append(line).append(System.lineSeparator());
            }
        }
        add(open, details, results);
        return results;
    }

    private static void add(Matcher result, StringBuilder details, List<TapResult> results) {
        if (!result.matches()) {
            return; // what comes before the first one
        }
        boolean passed =
                result.group(1) == null && !DIRECTIVE.matcher(result.group(2)).matches();
        boolean isFile = FILE.matcher(result.group(2)).matches();
        if (!isFile || !passed) {
            String name = result.group(2).replaceAll("\\\\(.)", "$1");
            results.add(new TapResult(name, passed, details.toString()));
        }
    }
}
