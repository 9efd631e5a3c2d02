package nova.chat.protocol;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A field's value as it came; it keeps its token's kind, since a wrong type deserves its own words.
 *
 * @param text of a string, number, or literal; else empty
 * @param items of an array; else empty
 */
record Field(JsonToken kind, String text, List<Field> items) {
    /** The fields of these names in an object that has just begun, read to its end. */
    static Map<String, Field> collect(JsonParser json, Set<String> names) throws IOException {
        Map<String, Field> fields = new HashMap<>();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            json.nextToken();
            if (names.contains(name)) {
                fields.put(name, read(json));
            } else {
                json.skipChildren();
            }
        }
        return fields;
    }

    boolean isText() {
        return kind == JsonToken.VALUE_STRING;
    }

    private static Field read(JsonParser json) throws IOException {
        return json.currentToken() == JsonToken.START_ARRAY
                ? new Field(JsonToken.START_ARRAY, "", items(json))
                : scalar(json);
    }

    private static List<Field> items(JsonParser json) throws IOException {
        List<Field> items = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            items.add(scalar(json));
        }
        return items;
    }

    /** Of what is none, only the kind: no field of ours holds more. */
    private static Field scalar(JsonParser json) throws IOException {
        JsonToken kind = json.currentToken();
        String text = kind.isScalarValue() ? json.getText() : "";
        json.skipChildren();
        return new Field(kind, text, List.of());
    }
}
