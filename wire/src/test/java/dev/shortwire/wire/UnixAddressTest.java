package dev.shortwire.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shortwire.ConfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs({OS.LINUX, OS.MAC})
final class UnixAddressTest {
    @TempDir
    Path folder;

    @Test
    void isReadAsItIsPrinted() throws Exception {
        UnixAddress address = UnixAddress.of(folder.resolve("a#b.sock"));
        assertThat(address.mark()).matches("[0-9a-f]{8}");
        assertThat(UnixAddress.parse(address.toString())).isEqualTo(address);
        assertThat(UnixAddress.parse("/x/a#b.sock")).isEqualTo(new UnixAddress(Path.of("/x/a#b.sock"), ""));
        assertThatThrownBy(() -> UnixAddress.parse("/")).isInstanceOf(ConfigurationException.class);
        assertThatThrownBy(() -> UnixAddress.parse("/\0")).isInstanceOf(ConfigurationException.class);
    }

    @Test
    void tellsFoldersOfOnePathApart() throws Exception {
        Path own = Files.createDirectory(folder.resolve("own"));
        UnixAddress address = UnixAddress.of(own.resolve("s"));
        address.requireVisible();
        UnixAddress.parse(own.resolve("s").toString()).requireVisible();
        Files.move(own, folder.resolve("moved"));
        assertThatThrownBy(address::requireVisible).isInstanceOf(IOException.class).hasMessageContaining("is not here");
        Files.createDirectory(own);
        assertThatThrownBy(address::requireVisible).isInstanceOf(IOException.class)
                .hasMessageContaining("is not the peer's");
        assertThatCode(() -> new UnixAddress(own.resolve("s"), "").requireVisible()).doesNotThrowAnyException();
    }
}
