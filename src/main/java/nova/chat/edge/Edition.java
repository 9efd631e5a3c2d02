package nova.chat.edge;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * All files of the page, as they are together. Their common name, made of all their bytes, is a folder in which each lies a
 * second time: what a browser has from there it need not ask for again (docs/decisions/0027).
 */
final class Edition {
    private static final int NAME_BYTES = 5; // each module is named with it: a kilobyte of the page as it is

    /** A folder's name, of this edition or another, and the file in it. */
    private static final Pattern IN_FOLDER = Pattern.compile("/ui/([0-9a-f]{" + 2 * NAME_BYTES + "})(/.+)");

    /** Where the page names a file beside it. */
    private static final Pattern REFERENCE = Pattern.compile("(?<=\\s(?:href|src)=\")[^\"#:]+(?=\")");

    private final String name;

    /** Of these files, by path. */
    Edition(Map<String, byte[]> files) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            new TreeMap<>(files).forEach((path, bytes) -> {
                digest.update((path + '\n' + bytes.length + '\n').getBytes(UTF_8));
                digest.update(bytes);
            });
            name = HexFormat.of().formatHex(digest.digest(), 0, NAME_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** The page, with the files that it names in this edition's folder; what they name in turn is there beside them. */
    byte[] page(byte[] index) {
        return REFERENCE
                .matcher(new String(index, UTF_8))
                .replaceAll("ui/" + name + "/$0")
                .getBytes(UTF_8);
    }

    /** The file that a path names, in whatever edition. */
    static String file(String path) {
        Matcher inFolder = IN_FOLDER.matcher(path);
        return inFolder.matches() ? inFolder.group(2) : path;
    }

    boolean isThis(String path) {
        Matcher inFolder = IN_FOLDER.matcher(path);
        return inFolder.matches() && inFolder.group(1).equals(name);
    }

    boolean isAnother(String path) {
        return IN_FOLDER.matcher(path).matches() && !isThis(path);
    }
}
