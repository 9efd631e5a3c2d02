package nova.chat.protocol;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;

/** The text that a JSON string literal stands for. */
public final class JsonText {
    /** The bound on an answer's length is the turn's, not Jackson's default of 20 million. */
    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private JsonText() {}

    /** Decodes the inside of a valid literal; half a surrogate pair at the end stays half a pair. */
    public static String decode(Buffer literal) {
        byte[] quoted = new byte[literal.length() + 2];
        quoted[0] = '"';
        literal.getBytes(quoted, 1);
        quoted[quoted.length - 1] = '"';
        try (JsonParser json = JSON.createParser(quoted)) {
            json.nextToken();
            return json.getText();
        } catch (IOException e) {
            throw new IllegalStateException("a literal was let through that is none", e);
        }
    }
}
