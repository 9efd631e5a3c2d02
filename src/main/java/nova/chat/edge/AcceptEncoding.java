package nova.chat.edge;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a client says of the codings that it understands: RFC 9110 section 12.5.3, as far as one has to choose. */
final class AcceptEncoding {
    private static final Pattern COMMA = Pattern.compile(",");
    private static final Pattern CODING =
            Pattern.compile("([^\\s;,]+)(?:\\s*;\\s*[qQ]=(0(?:\\.\\d{0,3})?|1(?:\\.0{0,3})?))?");

    private AcceptEncoding() {}

    /** Whether gzip would do, and nothing else is liked better; a client that says nothing gets the file as it is. */
    static boolean prefersGzip(List<String> fields) {
        Map<String, Float> weights = weights(fields);
        Float others = weights.getOrDefault("*", 0f);
        float gzip = weights.getOrDefault("gzip", weights.getOrDefault("x-gzip", others));
        return gzip > 0 && gzip >= weights.getOrDefault("identity", others);
    }

    /** What is malformed is passed over. */
    private static Map<String, Float> weights(List<String> fields) {
        Map<String, Float> weights = new HashMap<>();
        fields.stream().flatMap(COMMA::splitAsStream).forEach(item -> {
            Matcher coding = CODING.matcher(item.strip());
            if (coding.matches()) {
                String weight = coding.group(2);
                weights.put(coding.group(1).toLowerCase(Locale.ROOT), weight == null ? 1 : Float.parseFloat(weight));
            }
        });
        return weights;
    }
}
