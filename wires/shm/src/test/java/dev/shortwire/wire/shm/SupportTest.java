package dev.shortwire.wire.shm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class SupportTest {
    @Test
    void saysWhyThereIsNoSharedMemory() {
        assertThat(Support.rule("Windows 11", "amd64", true))
                .isEqualTo("shared memory needs Linux, this is Windows 11");
        assertThat(Support.rule("Linux", "riscv64", true)).contains("x86_64 or aarch64").endsWith("this is riscv64");
        assertThat(Support.rule("Linux", "aarch64", false)).contains("--enable-native-access=ALL-UNNAMED",
                "shortwire.shm=on");
        assertThat(Support.rule("Linux", "amd64", true)).isNull();
    }

    @Test
    void isOfferedHere() {
        assertThat(new ShmWireProvider().unavailable()).isNull();
        assertThat(new ShmWireProvider().name()).isEqualTo("shm");
    }

    private static String probe(List<String> javaOptions, String... arguments) throws Exception {
        try (ChildJava child = ChildJava.start(List.of(), javaOptions, SupportProbe.class, arguments)) {
            return child.rest();
        }
    }

    @Test
    void withoutNativeAccessItSaysSoAndJavaWarnsOfNothing() throws Exception {
        assertThat(probe(List.of())).startsWith(SupportProbe.ANSWER).contains("native access, which is not enabled")
                .doesNotContain("WARNING");
    }

    @Test
    void nativeAccessCanBeTakenAtThePriceOfAWarning() throws Exception {
        assertThat(probe(List.of("-Dshortwire.shm=on"))).contains("WARNING").endsWith(SupportProbe.ANSWER + "null");
    }

    @Test
    void nativeAccessThatIsForbiddenIsNotTaken() throws Exception {
        assertThat(probe(List.of("-Dshortwire.shm=on", "--illegal-native-access=deny")))
                .startsWith(SupportProbe.ANSWER + "Java refuses native access").doesNotContain("WARNING");
    }

    @Test
    void aKernelThatForbidsMemoryFilesIsReported() throws Exception {
        assertThat(probe(List.of("--enable-native-access=ALL-UNNAMED"), "forbidden")).startsWith(
                SupportProbe.ANSWER
                        + "the kernel refuses shared memory, as container profiles do: memfd_create: EPERM");
    }
}
