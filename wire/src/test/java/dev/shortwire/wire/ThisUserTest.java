package dev.shortwire.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs({OS.LINUX, OS.MAC})
final class ThisUserTest {
    @Test
    void ownsTheFilesThatThisProcessMakes(@TempDir Path folder) throws Exception {
        Path made = Files.createFile(folder.resolve("made"));
        assertThat(ThisUser.principal()).isEqualTo(Files.getOwner(made));
        assertThat(ThisUser.id()).isEqualTo(Files.getAttribute(made, "unix:uid"));
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void isTheSameByItsStatusAndByAFile() throws Exception {
        assertThat(ThisUser.ofStatus()).isEqualTo(ThisUser.ofNewFile());
    }
}
