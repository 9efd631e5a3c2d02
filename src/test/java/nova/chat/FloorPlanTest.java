package nova.chat;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The floor plan (ARCHITECTURE.md): which room may look into which. Everything not listed is a wall. */
class FloorPlanTest {
    private static final String ROOT = "nova.chat.";

    private static final Map<String, Set<String>> MAY_SEE = Map.of(
            "config", Set.of(),
            "logging", Set.of("config"),
            "log", Set.of("protocol"),
            "protocol", Set.of(),
            "standin", Set.of(),
            "orchestrator", Set.of("config"),
            "store", Set.of("config", "protocol", "log"),
            "turn", Set.of("config", "protocol", "log", "orchestrator", "store"),
            "session", Set.of("config", "protocol", "log", "orchestrator", "store", "turn"),
            "edge", Set.of("config", "protocol", "log", "orchestrator", "store", "session"));

    private static final JavaClasses HOUSE =
            new ClassFileImporter().withImportOption(new DoNotIncludeTests()).importPackages("nova.chat");

    @TestFactory
    Stream<DynamicTest> a_room_sees_only_what_the_plan_allows() {
        return MAY_SEE.keySet().stream()
                .map(room -> dynamicTest(
                        room,
                        () -> noClasses()
                                .that()
                                .resideInAPackage(ROOT + room + "..")
                                .should()
                                .dependOnClassesThat()
                                .resideInAnyPackage(wallsOf(room))
                                .check(HOUSE)));
    }

    @Test
    void every_room_is_on_the_plan() {
        Set<String> rooms = HOUSE.stream()
                .map(type -> type.getPackageName())
                .filter(name -> name.startsWith(ROOT))
                .map(name -> name.substring(ROOT.length()).replaceFirst("\\..*", ""))
                .collect(Collectors.toSet());
        assertThat(rooms).isEqualTo(MAY_SEE.keySet());
    }

    private static String[] wallsOf(String room) {
        return Stream.concat(
                        Stream.of("nova.chat"),
                        MAY_SEE.keySet().stream()
                                .filter(other -> !other.equals(room)
                                        && !MAY_SEE.get(room).contains(other))
                                .map(other -> ROOT + other + ".."))
                .toArray(String[]::new);
    }
}
