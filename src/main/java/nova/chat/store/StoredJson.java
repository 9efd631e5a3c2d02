package nova.chat.store;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Flat JSON objects in UTF-8, as they are stored: strings and numbers under names, and whatever a later version adds. */
final class StoredJson {
    /**
     * By default the parser stops at 20 million characters, less than an operator may allow for an answer, and the
     * writer escapes what is beyond the BMP: twelve bytes for an emoji instead of four.
     */
    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
            .build();

    private StoredJson() {}

    interface Fields {
        void writeTo(JsonGenerator json) throws IOException;
    }

    /**
     * Writes one object.
     *
     * @param size about how large it will be
     * @param text the longest of its strings: where it holds half a surrogate pair, all is escaped, since UTF-8 has no
     *     form for that
     */
    static byte[] write(int size, String text, Fields fields) {
        var bytes = new ByteArrayOutputStream(size);
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
                json.setHighestNonEscapedChar(0x7F);
            }
            json.writeStartObject();
            fields.writeTo(json);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
        return bytes.toByteArray();
    }

    static void writeIfThere(JsonGenerator json, String name, @Nullable String value) throws IOException {
        if (value != null) {
            json.writeStringField(name, value);
        }
    }

    /**
     * Reads one object's strings and numbers, both as text; passes over all else.
     *
     * @throws IOException if it is no object
     */
    static Map<String, String> read(byte[] bytes) throws IOException {
        Map<String, String> fields = new HashMap<>();
        try (JsonParser json = JSON.createParser(bytes)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("not an object");
            }
            for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
                JsonToken value = json.nextToken();
                if (value == JsonToken.VALUE_STRING || value == JsonToken.VALUE_NUMBER_INT) {
                    fields.put(name, json.getText());
                } else {
                    json.skipChildren();
                }
            }
        }
        return fields;
    }

    /** One that must be there. */
    static String field(Map<String, String> fields, String name) throws IOException {
        String value = fields.get(name);
        if (value == null) {
            throw new IOException("no " + name);
        }
        return value;
    }
}
