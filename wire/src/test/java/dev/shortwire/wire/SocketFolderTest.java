package dev.shortwire.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shortwire.ConfigurationException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs({OS.LINUX, OS.MAC})
final class SocketFolderTest {
    @TempDir
    Path folder;

    @Test
    void refusesAFolderThatOthersCanEnter() throws Exception {
        Path open = Files.createDirectory(folder.resolve("open"));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxr-xr-x"));
        assertThatThrownBy(() -> SocketFolder.at(open)).isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("0700");
        assertThatThrownBy(() -> SocketFolder.at(Files.createSymbolicLink(folder.resolve("link"), folder)))
                .isInstanceOf(ConfigurationException.class);
        assertThatThrownBy(() -> SocketFolder.at(Files.createFile(folder.resolve("file"))))
                .isInstanceOf(ConfigurationException.class);
        assertThat(Files.getPosixFilePermissions(SocketFolder.at(folder.resolve("new")).path()))
                .isEqualTo(PosixFilePermissions.fromString("rwx------"));
    }

    @Test
    void liesInTheRunTimeFolderOfThisUserAndElseAmongTemporaryFiles() throws Exception {
        Path temporary = folder.resolve("shortwire-" + ThisUser.id());
        assertThat(SocketFolder.usualPath(folder.toString(), Path.of("/tmp"))).isEqualTo(folder.resolve("shortwire"));
        assertThat(SocketFolder.usualPath(null, folder)).isEqualTo(temporary);
        assertThat(SocketFolder.usualPath("", folder)).isEqualTo(temporary);
        assertThat(SocketFolder.usualPath("relative", folder)).isEqualTo(temporary);
        assertThat(SocketFolder.usualPath(folder.resolve("missing").toString(), folder)).isEqualTo(temporary);
    }

    @Test
    void everyNewFileHasANameOfItsOwnAndWhatIsLeftIsSweptAway() throws Exception {
        SocketFolder sockets = SocketFolder.at(folder.resolve("sockets"));
        Path left = Files.createFile(sockets.path().resolve("left.sock.lock"));
        try (SocketFile one = sockets.takeNew(); SocketFile two = sockets.takeNew()) {
            assertThat(one.path()).isNotEqualTo(two.path()).hasParentRaw(sockets.path());
            assertThat(left).doesNotExist();
        }
        assertThat(sockets.path()).isEmptyDirectory();
    }

    @Test
    void takesAnotherNameWhereOneIsHeldForTheMoment() throws Exception {
        SocketFolder sockets = SocketFolder.at(folder.resolve("sockets"));
        Iterator<String> names = List.of("held", "held", "free").iterator();
        try (SocketFile _ = SocketFile.take(sockets.path().resolve("held.sock"));
                SocketFile taken = sockets.takeNew(names::next)) {
            assertThat(taken.path()).hasFileName("free.sock");
        }
    }

    @Test
    void givesUpWhereEveryNameIsHeld() throws Exception {
        SocketFolder sockets = SocketFolder.at(folder.resolve("sockets"));
        try (SocketFile _ = SocketFile.take(sockets.path().resolve("held.sock"))) {
            assertThatThrownBy(() -> sockets.takeNew(() -> "held")).isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("taken by another listener");
        }
    }
}
