package nova.chat.standin;

/** The stand-in's texts, in Markdown: between them they use everything that a chat page has to show. */
final class Samples {
    private static final String WHO_I_AM = """
            I am the **built-in stand-in**, not a language model: I know a few words, and I answer in canned text. \
            To talk to the real Nova, start this service with `ORCHESTRATOR_URL` set to your Orchestrator, for example:

            ```sh
            ORCHESTRATOR_URL=http://orchestrator:8000 ./run
            ```
            """;

    static final String HELLO = """
            Hello! 👋 Everything between your browser and me works.

            """ + WHO_I_AM + "\nSay `help` to see what I can do.\n";

    static final String HELP = """
            ## What I can do

            Send one of these words:

            - `table`: a table
            - `code`: code in three languages
            - `unicode`: many scripts and emoji
            - `markdown`: headings, lists, quotes, links
            - `long`: an answer that takes half a minute. Reload the page, or open a second tab, while it runs
            - `slow`: ten seconds of silence first. Try to stop it
            - `fail`: an answer that breaks off with an error

            Anything else I repeat to you.

            ## Who I am

            """ + WHO_I_AM;

    /** Filled with a quotation and its length. */
    static final String ECHO = """
            You wrote %s (%d characters), and it reached me whole.

            """ + WHO_I_AM + "\nSay `help` to see what else I can do.\n";

    static final String TABLE = """
            ### Planets, as a table

            | Planet | Diameter | Day | Moons |
            |:-------|---------:|----:|:-----:|
            | Mercury ☿ | 4,879 km | 1,408 h | 0 |
            | Venus ♀ | 12,104 km | 5,832 h | 0 |
            | Earth 🌍 | 12,756 km | 23.9 h | 1 |
            | Mars ♂ | 6,792 km | 24.6 h | 2 |

            Three columns are aligned: left, right and centre. *Canned, like all I say.*
            """;

    static final String CODE = """
            The same in three languages.

            ```java
            System.out.println(Stream.of("b", "a").sorted().toList()); // [a, b]
            ```

            ```python
            print(sorted(["b", "a"]))  # ['a', 'b']
            ```

            ```html
            <script>document.title = "shown, <b>never</b> run & never parsed";</script>
            ```

            And `inline code`, with `<tags>` in it. *Canned, like all I say.*
            """;

    static final String UNICODE = """
            ### One line a script

            - Greek: Καλημέρα κόσμε
            - Cyrillic: Привет, мир
            - Arabic, right to left: مرحبا بالعالم
            - Hebrew, right to left: שלום עולם
            - Hindi: नमस्ते दुनिया
            - Thai: สวัสดีชาวโลก
            - Chinese: 你好，世界
            - Japanese: こんにちは世界
            - Korean: 안녕하세요 세계
            - Beyond the first plane: 𝒜𝒷𝒸 𝔘𝔫𝔦𝔠𝔬𝔡𝔢 𐍈 𠜎
            - Combining: é ñ å q̣̇
            - Emoji: 😀 👩‍🚀 👨‍👩‍👧‍👦 🏳️‍🌈 🇳🇴 👍🏽

            Characters that belong together came to you in pieces. *Canned, like all I say.*
            """;

    static final String MARKDOWN = """
            # First heading
            ## Second heading
            ### Third heading

            **Bold**, *italic*, ~~struck~~, `code` and a [link](https://commonmark.org/help/).

            1. First
            2. Second
               - nested
               - nested too
            3. Third

            > A quotation,
            > over two lines.

            - [x] done
            - [ ] to do

            ---
            Escaped: \\*not italic\\*, 2 < 3 & 5 > 4. *Canned, like all I say.*
            """;

    static final String SLOW = """
            That was the silence. Meanwhile I sent heartbeats, which kept the connection alive and which you were not shown.
            """;

    static final String FAIL = "This answer begins well, and then it breaks";

    static final String LONG = longAnswer();

    private Samples() {}

    private static String longAnswer() {
        StringBuilder text = new StringBuilder("# A long answer\n\nReload the page while it runs: it goes on.\n");
        for (int chapter = 1; chapter <= 12; chapter++) {
            text.append("""

                    ## Chapter %d of 12

                    This paragraph is here to take its time. A turn is an append-only log, and every viewer is a cursor in it: \
                    you may close this page, open it elsewhere, and nothing is lost, **nothing comes twice**, \
                    and nothing changes its place.

                    - the chapter's number is %d
                    - its square is %d
                    """.formatted(chapter, chapter, chapter * chapter));
        }
        return text.append("\nThat was all of it. *Canned, like all I say.*\n").toString();
    }
}
