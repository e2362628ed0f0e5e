package dev.shortwire.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shortwire.ConfigurationException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.jupiter.api.Test;

final class PlacementsTest {
    @ParameterizedTest
    @ValueSource(strings = {"weighted", "geecache", "weighted:512", "geecache:7"})
    void findsEachPlacementByItsOwnName(String name) {
        assertThat(Placements.byName(name).name()).isEqualTo(name);
    }

    @Test
    void takesTheNumberOfVirtualNodesApart() {
        assertThat(Placements.byName("weighted", 512).name()).isEqualTo("weighted:512");
        assertThat(Placements.byName("geecache", 50).name()).isEqualTo("geecache");
        assertThat(Placements.byName("weighted:4096").name()).isEqualTo("weighted");
    }

    @Test
    void hasTheWeightedOneAsItsStandard() {
        assertThat(Placements.standard().name()).isEqualTo("weighted").isEqualTo(Placements.names().getFirst());
        assertThat(Placements.names()).allSatisfy(name -> assertThat(Placements.byName(name).name()).isEqualTo(name));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "modulo | placement=modulo must be one of weighted, geecache; set ring.placement",
        "Weighted | placement=Weighted must be one of weighted, geecache; set ring.placement",
        "weighted:many | placement=weighted:many must have a whole number after the colon; set ring.placement",
        "weighted:0 | virtualNodes=0 must be >= 1; set ring.virtual-nodes"})
    void saysWhatIsWrongWithAName(String name, String message) {
        assertThatThrownBy(() -> Placements.byName(name)).isInstanceOf(ConfigurationException.class)
                .hasMessage(message);
    }
}
