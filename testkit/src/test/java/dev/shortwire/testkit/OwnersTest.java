package dev.shortwire.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shortwire.Bytes;
import dev.shortwire.FailureKind;
import dev.shortwire.Fallback;
import dev.shortwire.GroupOptions;
import dev.shortwire.cache.CacheGroup;
import dev.shortwire.cluster.Kinds;
import dev.shortwire.cluster.Replies;
import dev.shortwire.cluster.Routing;
import dev.shortwire.registry.Member;
import dev.shortwire.registry.Registry;
import dev.shortwire.registry.View;
import dev.shortwire.wire.Endpoint;
import dev.shortwire.wire.Frame;
import dev.shortwire.wire.FrameCodec;
import dev.shortwire.wire.Link;
import dev.shortwire.wire.Sender;
import dev.shortwire.wire.Wire;
import dev.shortwire.wire.WireFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Who owns a key when views change, differ or are missed, and who may ask.
final class OwnersTest extends Scenario {
    @Test
    void twoNodesThatEachTakeTheOtherForTheOwnerAnswerDegraded() {
        simulation = new Simulation(1);
        cluster = new SimulatedCluster(simulation,
                List.of(new SimLoader.Group(DB, GroupOptions.DEFAULT, loader)), new WrongWeights("b"));
        cluster.check(new DeadlineCheck(simulation));
        cluster.start("a", false);
        cluster.start("b", false);
        pass(1000);
        String key = keyThatBothGiveAway();
        for (String node : List.of("a", "b")) {
            SimCall call = read(node, key, "loaded by " + node);
            assertThat(call.text()).isEqualTo("loaded by " + node);
            assertThat(call.answer().degraded()).isTrue();
            assertThat(call.took()).isLessThan(Duration.ofMillis(900));
            assertThat(cluster.node(node).engine().group(DB)).isNotNull();
        }
        assertThat(loader.count()).isEqualTo(2);
        read("a", key, "again");
        assertThat(loader.count()).as("nothing was stored").isEqualTo(3);
        SimCall put = cluster.await(cluster.put("a", DB, key, "v"));
        assertThat(put.failure()).isEqualTo(FailureKind.VIEWS_DIFFER);
    }

    @Test
    void aPutThatIsSentRoundUntilItsDeadlineDidNotHappen() {
        simulation = new Simulation(1);
        cluster = new SimulatedCluster(simulation,
                List.of(new SimLoader.Group(DB, GroupOptions.DEFAULT.withTimeout(Duration.ofMillis(15)), loader)),
                new WrongWeights("b"));
        cluster.start("a", false);
        cluster.start("b", false);
        pass(1000);
        SimCall put = cluster.await(cluster.put("a", DB, keyThatBothGiveAway(), "v"));
        assertThat(put.failure()).isEqualTo(FailureKind.DEADLINE);
    }

    @Test
    void whoReadsUnderTheNewViewFindsNothingOfTheOldOne() {
        begin();
        String key = keyThatGoesFromAToDAndBack();
        cluster.await(cluster.put("c", ASIDE, key, "of a"));
        List<String> found = new ArrayList<>();
        cluster.check(new Check() {
            @Override
            void viewAdopted(SimNode node, Routing before, Routing after) {
                // Here another thread could read: the machine is about to drop what is no longer this node's.
                boolean shows = node.cluster().routing().epoch() == after.epoch();
                CacheGroup group = node.engine().group(ASIDE);
                if (shows && node.name().equals("a") && group != null && group.hit(key) != null) {
                    found.add("the entry of epoch " + before.epoch() + " under epoch " + after.epoch());
                }
            }
        });
        cluster.start("d", false);
        cluster.settle();
        assertThat(found).isEmpty();
        assertThat(cluster.node("a").engine().group(ASIDE)).extracting(g -> g.hit(key)).isNull();
    }

    private String keyThatBothGiveAway() {
        for (int i = 0;; i++) {
            long hash = cluster.hash(DB, "k" + i);
            if (cluster.node("a").cluster().routing().owner(hash).equals("b")
                    && cluster.node("b").cluster().routing().owner(hash).equals("a")) {
                return "k" + i;
            }
        }
    }

    @Test
    void aReadWhoseOwnerHasCrashedIsAnsweredDegradedAtOnce() {
        begin();
        cluster.cutFromRegistry("a");
        String key = cluster.keyOwnedBy("b", DB);
        cluster.crash("b");
        SimCall call = read("a", key, "v");
        assertThat(call.text()).isEqualTo("v");
        assertThat(call.answer().degraded()).isTrue();
        assertThat(call.took()).isLessThan(Duration.ofMillis(50));
    }

    @Test
    void aReadUnderWayWhenItsOwnerCrashesIsAnsweredInTime() {
        begin();
        String key = cluster.keyOwnedBy("b", DB);
        SimCall call = getUntilLoad("a", key, 1);
        cluster.crash("b");
        awaitLoads(2);
        loader.last().brings("v");
        assertThat(cluster.await(call).text()).isEqualTo("v");
        assertThat(call.took()).isLessThan(Duration.ofMillis(100));
    }

    @Test
    void aReadWithoutFallbackFailsAtOnceWhenItsOwnerCantBeReached() {
        begin(GroupOptions.DEFAULT.withFallback(Fallback.FAIL));
        cluster.cutFromRegistry("a");
        cluster.cutFromRegistry("c");
        String key = cluster.keyOwnedBy("b", DB);
        cluster.crash("b");
        pass(5);
        SimCall call = cluster.await(cluster.get("a", DB, key));
        assertThat(call.failure()).isEqualTo(FailureKind.UNREACHABLE);
        assertThat(call.took()).isLessThan(Duration.ofMillis(50));
    }

    @Test
    void aReadThatMayLoadHereDoesNotWaitForLongForALostLink() {
        begin();
        cluster.cutFromRegistry("a");
        String key = cluster.keyOwnedBy("b", DB);
        cluster.cut("a", "b");
        closeLink("a", "b");
        SimCall call = read("a", key, "v");
        assertThat(call.text()).isEqualTo("v");
        assertThat(call.answer().degraded()).isTrue();
        assertThat(call.took()).isLessThan(Duration.ofMillis(60));
    }

    @Test
    void aReadThatMayNotLoadHereWaitsUntilALostLinkIsBack() {
        begin(GroupOptions.DEFAULT.withFallback(Fallback.FAIL));
        String key = cluster.keyOwnedBy("b", DB);
        cluster.network().delayNanos = Duration.ofMillis(50).toNanos();
        closeLink("a", "b");
        SimCall call = read("a", key, "v");
        assertThat(call.text()).isEqualTo("v");
        assertThat(call.answer().degraded()).isFalse();
    }

    @Test
    void aGroupWithoutOriginWaitsForTheNextView() {
        begin();
        String key = cluster.keyOwnedBy("b", ASIDE);
        cluster.await(cluster.put("a", ASIDE, key, "lost"));
        cluster.crash("b");
        SimCall call = cluster.await(cluster.get("a", ASIDE, key));
        assertThat(call.answer().isPresent()).isFalse();
        assertThat(call.answer().degraded()).isFalse();
        assertThat(call.answer().owner()).isNotEqualTo("b");
        assertThat(call.took()).isLessThan(Duration.ofMillis(400));
    }

    @Test
    void aCallThatWaitsForALinkGoesOnWhenThePeerLeavesTheView() {
        begin();
        String key = cluster.keyOwnedBy("b", ASIDE);
        cluster.cut("a", "b");
        closeLink("a", "b");
        SimCall call = cluster.get("a", ASIDE, key);
        pass(20);
        cluster.stop("b");
        assertThat(cluster.await(call).failure()).isNull();
        assertThat(call.took()).isLessThan(Duration.ofMillis(100));
    }

    @Test
    void aReadThatWasGivenUpIsNotSentWhenItsLinkIsThere() {
        begin();
        String key = cluster.keyOwnedBy("b", DB);
        cluster.network().delayNanos = Duration.ofMillis(50).toNanos();
        closeLink("a", "b");
        SimCall call = cluster.get("a", DB, key);
        pass(20);
        call.cancel();
        cluster.settle();
        pass(500);
        assertThat(loader.count()).isZero();
    }

    @Test
    void anOldCopyIsNotRevivedWhenItsOwnerGetsTheKeyBack() {
        begin();
        String key = keyThatGoesFromAToDAndBack();
        cluster.await(cluster.put("c", ASIDE, key, "of a"));
        cluster.start("d", false);
        cluster.settle();
        cluster.await(cluster.put("c", ASIDE, key, "of d"));
        cluster.stop("d");
        cluster.settle();
        assertThat(cluster.await(cluster.get("c", ASIDE, key)).answer().isPresent()).isFalse();
    }

    @Test
    void anOldCopyIsNotRevivedWhenItsOwnerMissedTheViewBetween() {
        begin();
        String key = keyThatGoesFromAToDAndBack();
        cluster.await(cluster.put("c", ASIDE, key, "of a"));
        cluster.node("a").registry().lag();
        cluster.start("d", false);
        cluster.await(() -> cluster.node("c").cluster().routing().members().contains("d")
                && cluster.node("c").cluster().routing().link("d") != null, Duration.ofSeconds(5));
        cluster.await(cluster.put("c", ASIDE, key, "of d"));
        cluster.stop("d");
        cluster.await(() -> !cluster.node("c").cluster().routing().members().contains("d"), Duration.ofSeconds(5));
        SimCall read = cluster.await(cluster.get("c", ASIDE, key));
        assertThat(read.answer().isPresent()).isFalse();
    }

    @Test
    void anOwnerThatKnowsItIsBehindDoesNotAnswerFromItsStore() {
        begin();
        String key = keyThatGoesFromAToDAndBack();
        cluster.await(cluster.put("c", ASIDE, key, "of a"));
        cluster.cutFromRegistry("a");
        cluster.start("d", false);
        cluster.await(() -> cluster.node("c").cluster().routing().link("d") != null, Duration.ofSeconds(5));
        cluster.await(cluster.put("c", ASIDE, key, "of d"));
        cluster.stop("d");
        cluster.await(() -> !cluster.node("c").cluster().routing().members().contains("d"), Duration.ofSeconds(5));
        SimCall read = cluster.await(cluster.get("c", ASIDE, key));
        assertThat(read.failure()).isEqualTo(FailureKind.VIEWS_DIFFER);
        cluster.heal();
        cluster.settle();
        assertThat(cluster.await(cluster.get("c", ASIDE, key)).answer().isPresent()).isFalse();
    }

    @Test
    void aReadWhoseOwnerIsBehindIsLoadedHereSoonAndNotStored() {
        begin();
        cluster.cutFromRegistry("a");
        cluster.start("d", false);
        long before = cluster.node("c").cluster().routing().epoch();
        cluster.await(() -> cluster.node("c").cluster().routing().epoch() > before, Duration.ofSeconds(5));
        String key = keyOfAAsSeenBy("c");
        SimCall call = read("c", key, "v");
        assertThat(call.text()).isEqualTo("v");
        assertThat(call.answer().degraded()).isTrue();
        assertThat(call.took()).isLessThan(Duration.ofMillis(60));
        read("c", key, "again");
        assertThat(loader.count()).as("nothing was stored").isEqualTo(2);
    }

    private String keyOfAAsSeenBy(String node) {
        for (int i = 0;; i++) {
            if (cluster.node(node).cluster().routing().owner(cluster.hash(DB, "k" + i)).equals("a")) {
                return "k" + i;
            }
        }
    }

    private String keyThatGoesFromAToDAndBack() {
        SimulatedCluster other = new SimulatedCluster(new Simulation(9), List.of());
        other.start("a", "b", "c", "d");
        for (int i = 0;; i++) {
            if (cluster.owner(ASIDE, "m-" + i).equals("a") && other.owner(ASIDE, "m-" + i).equals("d")) {
                return "m-" + i;
            }
        }
    }

    @Test
    void aNodeThatIsMissingFromTheViewComesBackAsAnotherIncarnationWithAnEmptyStore() {
        begin();
        String key = cluster.keyOwnedBy("b", ASIDE);
        cluster.await(cluster.put("a", ASIDE, key, "v"));
        long incarnation = cluster.node("b").cluster().incarnation();
        cluster.pause("b");
        cluster.await(() -> !cluster.node("a").cluster().routing().members().contains("b"), Duration.ofSeconds(10));
        cluster.resume("b");
        cluster.settle();
        assertThat(cluster.node("b").cluster().incarnation()).isNotEqualTo(incarnation);
        assertThat(cluster.await(cluster.get("a", ASIDE, key)).answer().isPresent()).isFalse();
        assertThat(cluster.await(cluster.get("b", ASIDE, key)).answer().isPresent()).isFalse();
    }

    @Test
    void aShortPauseIsNoDeath() {
        begin();
        String key = cluster.keyOwnedBy("b", ASIDE);
        cluster.await(cluster.put("a", ASIDE, key, "v"));
        cluster.pause("b");
        pass(3000);
        cluster.resume("b");
        pass(100);
        assertThat(cluster.await(cluster.get("a", ASIDE, key)).text()).isEqualTo("v");
    }

    @Test
    void aNodeThatCouldNotComeBackAtFirstComesBackAsOneProcess() {
        begin();
        cluster.cutFromRegistry("b");
        cluster.await(() -> !cluster.node("a").cluster().routing().members().contains("b"), Duration.ofSeconds(10));
        cluster.node("b").registry().reconnect();
        cluster.await(() -> !cluster.node("b").cluster().routing().isMember(), Duration.ofSeconds(1));
        // It asks to be let in again and is not heard; meanwhile a link of its goes down and up.
        cluster.cutFromRegistry("b");
        pass(1000);
        closeLink("b", "a");
        pass(12_000);
        cluster.heal();
        cluster.settle();
        assertThat(cluster.hub().view().has("b", cluster.node("b").cluster().incarnation())).isTrue();
    }

    @Test
    void aNodeThatWasTakenOutBeforeItSawItselfInComesBack() {
        boolean[] deaf = new boolean[1];
        simulation = new Simulation(1);
        cluster = cluster(GroupOptions.DEFAULT, new Plants() {
            @Override
            Registry registry(String node, Registry registry) {
                return new ChangedViews(registry) {
                    @Override
                    @Nullable
                    View change(View view) {
                        return deaf[0] && node.equals("d") ? null : view;
                    }
                };
            }
        });
        cluster.start("a", "b", "c");
        deaf[0] = true;
        cluster.start("d", false);
        cluster.await(() -> cluster.hub().view().member("d") != null, Duration.ofSeconds(5));
        pass(50);
        cluster.hub().view().members().stream().filter(m -> m.name().equals("d"))
                .forEach(m -> cluster.node("a").registry().reportGone("d", m.incarnation()));
        pass(50);
        assertThat(cluster.hub().view().member("d")).isNull();
        deaf[0] = false;
        cluster.node("d").registry().refresh();
        cluster.settle();
        assertThat(cluster.node("d").cluster().routing().isMember()).isTrue();
    }

    @Test
    void framesOfAnotherClusterOrRegistryAreRefused() {
        begin();
        Sender self = new Sender(FrameCodec.clusterId("sim"), cluster.hub().view().registryIncarnation(), "x", 7);
        Frame.Builder fromElsewhere = Frame.of(Kinds.STATUS, new Sender(99, self.registryIncarnation(), "x", 7));
        Frame.Builder ofOtherLife = Frame.of(Kinds.STATUS,
                new Sender(self.cluster(), self.registryIncarnation() + 1, "x", 7));
        assertThat(kindOfReply(fromElsewhere.build())).isEqualTo(FailureKind.WRONG_CLUSTER);
        assertThat(kindOfReply(ofOtherLife.build())).isEqualTo(FailureKind.WRONG_CLUSTER);
        assertThat(replyTo(Frame.of(Kinds.STATUS, self).build()).kind()).isEqualTo(Kinds.STATUS_IS);
    }

    @Test
    void unknownGroupsAndKindsAndEmptyKeysAreRefused() {
        begin();
        Sender self = new Sender(FrameCodec.clusterId("sim"), cluster.hub().view().registryIncarnation(), "x", 7);
        assertThat(kindOfReply(Frame.of(Protocol.GET, self).group("nowhere").key("k").build()))
                .isEqualTo(FailureKind.UNKNOWN_GROUP);
        assertThat(kindOfReply(Frame.of(Protocol.GET, self).group("nowhere").build()))
                .isEqualTo(FailureKind.UNKNOWN_GROUP);
        assertThat(kindOfReply(Frame.of(Protocol.PUT, self).group(DB).payload(Bytes.utf8("v")).build()))
                .isEqualTo(FailureKind.BAD_REQUEST);
        assertThat(kindOfReply(Frame.of(200, self).build())).isEqualTo(FailureKind.BAD_REQUEST);
    }

    private FailureKind kindOfReply(Frame request) {
        Frame reply = replyTo(request);
        assertThat(reply.kind()).isEqualTo(Kinds.FAILED);
        return Replies.kindOf(reply);
    }

    private Frame replyTo(Frame request) {
        SimWire wire = new SimWire(cluster.network(), new SimProcess(simulation, "x"));
        List<Frame> replies = new ArrayList<>();
        wire.connect(new Endpoint(SimWire.NAME, "a"), Duration.ofSeconds(1).toNanos(), new Wire.LinkObserver() {
            @Override
            public void opened(Link link) {
                link.call(request, Duration.ofSeconds(1).toNanos(), new Link.CallOutcome() {
                    @Override
                    public void reply(Frame reply) {
                        replies.add(reply);
                    }

                    @Override
                    public void failed(WireFailure failure) {
                        throw new AssertionError(failure.message());
                    }
                });
            }

            @Override
            public void refused(WireFailure failure) {
                throw new AssertionError(failure.message());
            }

            @Override
            public void closed(Link link, WireFailure failure) {}
        });
        cluster.await(() -> !replies.isEmpty(), Duration.ofSeconds(2));
        return replies.getFirst();
    }

    /// Shows one node the members with other weights: it has another ring than everybody else.
    private static final class WrongWeights extends Plants {
        private final String victim;

        WrongWeights(String victim) {
            this.victim = victim;
        }

        @Override
        Registry registry(String node, Registry registry) {
            return node.equals(victim) ? new ChangedViews(registry) {
                @Override
                View change(View view) {
                    return new View(view.registryIncarnation(), view.epoch(), view.members().stream()
                            .map(m -> new Member(m.name(), m.incarnation(), m.name().equals(victim) ? 1 : 1000))
                            .toList());
                }
            } : registry;
        }
    }
}
