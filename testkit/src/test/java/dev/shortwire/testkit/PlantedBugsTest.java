package dev.shortwire.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shortwire.Bytes;
import dev.shortwire.FailureKind;
import dev.shortwire.cache.Entry;
import dev.shortwire.cache.GroupLoader.LoadResult;
import dev.shortwire.cache.Store;
import dev.shortwire.registry.Member;
import dev.shortwire.registry.Registry;
import dev.shortwire.registry.View;
import dev.shortwire.wire.Frame;
import dev.shortwire.wire.Link;
import dev.shortwire.wire.Wire;
import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Each check fires: a bug is planted, and the check that it is for must find it, within a few seeds and before any other.
final class PlantedBugsTest {
    private static final int SEEDS = 20;

    private static void finds(String check, Plants bug) {
        for (long seed = 1; seed <= SEEDS; seed++) {
            try {
                SameTraceCheck.run(seed, bug);
            } catch (Violation violation) {
                assertThat(violation.check()).isEqualTo(check);
                assertThat(violation).hasMessageContaining("seed " + seed + ", virtual time ")
                        .hasMessageContaining("-Dshortwire.seed=" + seed);
                return;
            }
        }
        throw new AssertionError("no seed up to " + SEEDS + " shows the planted bug to: " + check);
    }

    @Test
    void aRegistryWhoseEpochGoesBackIsFound() {
        finds(ViewsCheck.NAME, registry("node-1", inner -> new ChangedViews(inner) {
            private @Nullable View first;
            private int told;

            @Override
            View change(View view) {
                told++;
                if (first == null && view.epoch() > 0) {
                    first = view;
                }
                if (told == 8) {
                    return new View(view.registryIncarnation() + 1, 1, view.members());
                }
                return told == 9 && first != null ? first : view;
            }
        }));
    }

    @Test
    void aRegistryThatShowsOneNodeOtherMembersIsFound() {
        finds(ViewsCheck.NAME, registry("node-2", inner -> new ChangedViews(inner) {
            @Override
            View change(View view) {
                return new View(view.registryIncarnation(), view.epoch(),
                        view.members().stream().map(m -> new Member(m.name(), m.incarnation(), 7)).toList());
            }
        }));
    }

    @Test
    void aRegistryThatFallsSilentIsFound() {
        finds(SimulationRun.CONVERGED, registry("node-1", inner -> new ChangedViews(inner) {
            private int told;

            @Override
            @Nullable
            View change(View view) {
                return ++told > 4 ? null : view;
            }
        }));
    }

    @Test
    void aWireThatNeverAnswersAndIgnoresDeadlinesIsFound() {
        finds(DeadlineCheck.NAME, calls((link, request, timeout, outcome) -> request.key().startsWith("none")
                ? () -> {}
                : link.call(request, timeout, outcome)));
    }

    @Test
    void aWireThatIsAMillisecondLateIsFound() {
        finds(DeadlineCheck.NAME,
                calls((link, request, timeout, outcome) -> link.call(request, timeout + 1_000_000, outcome)));
    }

    @Test
    void aCallThatEndsTwiceIsFound() {
        finds(DeadlineCheck.NAME, new Plants() {
            @Override
            UnaryOperator<Runnable> ending() {
                return end -> () -> {
                    end.run();
                    end.run();
                };
            }
        });
    }

    @Test
    void anAnswerThatIsDegradedWithoutNeedIsFound() {
        finds(SimulationRun.NOT_DEGRADED,
                calls((link, request, timeout, outcome) -> link.call(request, timeout, new Link.CallOutcome() {
                    @Override
                    public void reply(Frame reply) {
                        outcome.reply(degraded(reply));
                    }

                    @Override
                    public void failed(dev.shortwire.wire.WireFailure failure) {
                        outcome.failed(failure);
                    }
                })));
    }

    private static Frame degraded(Frame reply) {
        return Frame.of(reply.kind(), reply.sender()).epoch(reply.epoch()).payload(reply.payload())
                .tags(reply.tags().with(21, Bytes.copyOf(new byte[] {2}))).build();
    }

    @Test
    void aStoreThatGoesBackIsFound() {
        finds(OwnerVersionsCheck.NAME, store(inner -> new ForwardingStore(inner) {
            private final Map<String, Entry> before = new HashMap<>();
            private int reads;

            @Override
            public @Nullable Entry get(String key) {
                Entry old = before.get(key);
                return ++reads % 50 == 0 && old != null ? old : super.get(key);
            }

            @Override
            public boolean putIfNewer(String key, Entry entry) {
                Entry old = super.get(key);
                if (old != null) {
                    before.put(key, old);
                }
                return super.putIfNewer(key, entry);
            }
        }));
    }

    @Test
    void aStoreThatForgetsWhatWasLoadedIsFound() {
        finds(OneLoadCheck.NAME, store(inner -> new ForwardingStore(inner) {
            @Override
            public boolean putIfNewer(String key, Entry entry) {
                return entry.kind() == Entry.Kind.VALUE && entry.value().utf8().startsWith("origin")
                        || super.putIfNewer(key, entry);
            }
        }));
    }

    @Test
    void aStoreThatForgetsWhatWasPutIsFound() {
        finds(OwnWritesCheck.NAME, store(inner -> new ForwardingStore(inner) {
            @Override
            public boolean putIfNewer(String key, Entry entry) {
                return key.startsWith("own-") || super.putIfNewer(key, entry);
            }
        }));
    }

    @Test
    void aStoreThatThrowsIsFound() {
        finds(NoFaultCheck.NAME, store(inner -> new ForwardingStore(inner) {
            @Override
            public boolean putIfNewer(String key, Entry entry) {
                if (entry.kind() == Entry.Kind.TOMBSTONE) {
                    throw new IllegalStateException("planted");
                }
                return super.putIfNewer(key, entry);
            }
        }));
    }

    @Test
    void anErrorInTheMachineIsFoundAndDoesNotStopIt() {
        finds(NoFaultCheck.NAME, store(inner -> new ForwardingStore(inner) {
            @Override
            public boolean putIfNewer(String key, Entry entry) {
                throw new StackOverflowError("planted");
            }
        }));
    }

    @Test
    void anOriginThatIsReadThroughAnotherCacheIsFound() {
        finds(FreshnessCheck.NAME, new Plants() {
            @Override
            SimLoader loader(String group, SimLoader loader) {
                return (node, key, ancestry, result) -> loader.load(node, key, ancestry, new LoadResult() {
                    @Override
                    public void loaded(Bytes value, String contentType) {
                        result.loaded(Bytes.utf8("origin:" + key + ":0"), contentType);
                    }

                    @Override
                    public void absent() {
                        result.absent();
                    }

                    @Override
                    public void failed(FailureKind kind, String message, @Nullable Throwable cause) {
                        result.failed(kind, message, cause);
                    }
                });
            }
        });
    }

    @Test
    void chanceThatDoesNotComeFromTheSeedIsFound() {
        finds(SameTraceCheck.NAME, new Plants() {
            @Override
            SimLoader loader(String group, SimLoader loader) {
                return (node, key, ancestry, result) -> {
                    int delay = System.identityHashCode(new Object()) & 0xfff;
                    node.process().after(delay, "identity", () -> loader.load(node, key, ancestry, result));
                    return () -> {};
                };
            }
        });
    }

    private static Plants registry(String victim, UnaryOperator<Registry> bug) {
        return new Plants() {
            @Override
            Registry registry(String node, Registry registry) {
                return node.equals(victim) ? bug.apply(registry) : registry;
            }
        };
    }

    private static Plants store(UnaryOperator<Store> bug) {
        return new Plants() {
            @Override
            Store store(String node, String group, Store store) {
                return bug.apply(store);
            }
        };
    }

    private static Plants calls(ChangedCalls.Caller bug) {
        return new Plants() {
            @Override
            Wire wire(String node, Wire wire) {
                return new ChangedCalls(wire, bug);
            }
        };
    }
}
