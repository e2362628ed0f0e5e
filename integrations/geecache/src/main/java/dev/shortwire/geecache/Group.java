package dev.shortwire.geecache;

import static dev.shortwire.ConfigurationException.require;

import dev.shortwire.Answer;
import dev.shortwire.Bytes;
import dev.shortwire.FailureKind;
import dev.shortwire.Limits;
import dev.shortwire.LoadCycleException;
import dev.shortwire.ShortwireException;
import dev.shortwire.Source;
import dev.shortwire.Stats;
import dev.shortwire.Version;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A named cache in front of a [Getter], shared with peers. Safe for use by any thread; made for virtual ones, since a
/// miss blocks.
///
/// A [#get] is answered by the own store, else by the peer that owns the key, else by the getter; what the getter gave
/// is stored, what a peer gave is not. Whatever goes wrong with a peer, the getter is asked here instead. (Of what peers give,
/// groupcache keeps one value in ten in a *hot cache*, by chance; here the owner is asked each time.)
///
/// **Two kinds of flights.** A *read* asks the owner and loads here if it must; a *load* runs the getter. All callers of
/// a key share its read, and reads and peers' requests share its load. Peers never join a read: two nodes that take each
/// other for the owner would wait for each other's reads. A load looks into the store once more before it asks the
/// getter, for the caller that missed before an earlier load stored its value and came here after that load was gone.
public final class Group {
    /// How long a load, and a peer's answer, may take unless told otherwise.
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(1);
    /// Getters that run at once in one group; further loads wait for their turn, within their deadline.
    public static final int MAX_CONCURRENT_LOADS = 64;

    private static final Logger log = LoggerFactory.getLogger(Group.class);
    private static final Duration MAX_TIMEOUT = Duration.ofDays(1);
    private static final int MAX_LOGGED_PEERS = 1000;

    private final String name;
    private final Getter getter;
    private final BoundedStore store;
    private final Flights reads;
    private final Flights loads;
    private final Semaphore loadPermits = new Semaphore(MAX_CONCURRENT_LOADS);
    private final GroupCounters counters = new GroupCounters();
    /// Peers that can't be asked, and the refusals of others that were logged.
    private final Set<String> failingPeers = ConcurrentHashMap.newKeySet();
    private volatile @Nullable PeerPicker peers;

    /// A group with [#DEFAULT_TIMEOUT].
    public Group(String name, long cacheBytes, Getter getter) {
        this(name, cacheBytes, getter, DEFAULT_TIMEOUT);
    }

    /// @param name       1 to 64 characters, none of them a slash; the same on every node
    /// @param cacheBytes bound on the bytes of keys and values kept on this node, 1 or more. Raising it costs memory.
    /// @param timeout    how long a load may take, up to a day; a read, which may wait for a peer first, ends within
    ///                   twice that. Raising it makes callers wait longer for a database that hangs.
    public Group(String name, long cacheBytes, Getter getter, Duration timeout) {
        require(!name.isEmpty() && name.length() <= Limits.MAX_NAME_LENGTH && name.indexOf('/') < 0,
                "group name \"" + name + "\" must have 1 to " + Limits.MAX_NAME_LENGTH
                        + " characters and no slash; choose another name");
        Limits.requireKey(name);
        require(cacheBytes >= 1, "cacheBytes=" + cacheBytes + " of group \"" + name
                + "\" must be >= 1; give the bytes that this node may keep");
        require(timeout.isPositive() && timeout.compareTo(MAX_TIMEOUT) <= 0,
                "timeout=" + timeout + " of group \"" + name + "\" must be > 0 and at most 1 day; set another timeout");
        this.name = name;
        this.getter = getter;
        this.store = new BoundedStore(cacheBytes);
        this.reads = new Flights("the read of " + name, timeout.multipliedBy(2));
        this.loads = new Flights("the load of " + name, timeout);
    }

    public String name() {
        return name;
    }

    /// Shares this group with peers: `picker` says from now on who owns a key, and may let peers ask for keys of this
    /// group.
    ///
    /// @throws dev.shortwire.ConfigurationException the second time, or if the picker serves another group of this name
    public synchronized void registerPeers(PeerPicker picker) {
        require(peers == null, "registerPeers was called before on group \"" + name + "\"; call it once");
        picker.serve(this);
        peers = picker;
    }

    /// The value of `key`. Blocks on a miss, at most for twice the timeout.
    ///
    /// @throws KeyNotFoundException                 if the database has no such key
    /// @throws dev.shortwire.PermanentException     if the key is empty, too long or malformed; as an
    ///                                              [dev.shortwire.OriginException], if the getter failed; as a
    ///                                              [LoadCycleException], if a getter asks for the key that it loads
    /// @throws dev.shortwire.RetryableException     if the deadline passed, if more than [#MAX_CONCURRENT_LOADS] loads
    ///                                              left no room, or if the calling thread was interrupted, which it
    ///                                              stays; a later call may succeed
    public ByteView get(String key) {
        return ByteView.of(read(key).valueOf(key));
    }

    /// As [#get], with where the value came from, and without an exception where there is none. The content type is that of
    /// bytes, version and epoch are none: values do not change here.
    public Answer<Bytes> ask(String key) {
        Read read = read(key);
        Bytes value = read.result() instanceof Read.Result.Absent ? null : read.valueOf(key);
        return new Answer<>(value, "application/octet-stream", Version.NONE, read.source(), "", 0, false,
                read.degraded());
    }

    private Read read(String key) {
        Limits.requireKey(key);
        counters.gets.increment();
        Bytes hit = store.get(key);
        if (hit != null) {
            counters.hits.increment();
            return Read.found(hit, Source.OWN);
        }
        if (loads.isRunBy(Thread.currentThread(), key)) {
            throw new LoadCycleException("the getter of group \"" + name + "\" asks for the key that it loads, "
                    + KeyNotFoundException.shown(key) + "; load it from the database");
        }
        Read read = reads.join(key, deadlineNanos -> readByOwner(key), outcome -> {});
        counters.answered(read, false);
        return read;
    }

    /// What this node has counted, see [Stats]. `stale` stays 0: nothing expires here.
    public Stats stats() {
        return counters.read(store);
    }

    @Override
    public String toString() {
        return "Group[" + name + "]";
    }

    // ---- for peers' requests

    /// A value that is at hand, or null. Does not block.
    @Nullable
    Bytes peerHit(String key) {
        Bytes hit = store.get(key);
        if (hit != null) {
            counters.serverRequests.increment();
        }
        return hit;
    }

    /// What a peer gets for `key`: from the store or the getter, never from another peer. Blocks.
    Read serve(String key) {
        Limits.requireKey(key);
        counters.serverRequests.increment();
        Read read = loadHere(key);
        counters.answered(read, true);
        return read;
    }

    // ---- in a read

    private Read readByOwner(String key) throws InterruptedException {
        PeerPicker picker = peers;
        Optional<PeerGetter> peer = picker == null ? Optional.empty() : picker.pickPeer(key);
        if (peer.isEmpty()) {
            return loadHere(key);
        }
        Read read = askPeer(peer.get(), key);
        return read != null ? read : loadHere(key).asDegraded();
    }

    /// The peer's answer, or null if it has none.
    private @Nullable Read askPeer(PeerGetter peer, String key) throws InterruptedException {
        String peerName = String.valueOf(peer);
        try {
            Bytes value = Bytes.copyOf(peer.get(name, key));
            Limits.requireValueLength(value.length());
            peerAnswered(peerName);
            return Read.found(value, Source.PEER);
        } catch (KeyNotFoundException e) {
            peerAnswered(peerName);
            return Read.absent(Source.PEER);
        } catch (RuntimeException e) {
            counters.peerErrors.increment();
            if (Thread.interrupted()) {
                throw new InterruptedException("nobody waits for this read any more");
            }
            peerFailed(peerName, e);
            return null;
        }
    }

    private void peerFailed(String peer, RuntimeException fault) {
        FailureKind refusal = refusalOf(fault);
        String kind = refusal == null ? peer : peer + " " + refusal;
        if (failingPeers.size() < MAX_LOGGED_PEERS && failingPeers.add(kind)) {
            log.warn("[GeeCache] Failed to get from peer {}: {}; loading here {}", peer, fault.toString(),
                    refusal == null ? "until it answers" : "instead; more of the kind are logged at debug level");
        } else {
            log.debug("[GeeCache] Failed to get from peer {}", peer, fault);
        }
    }

    /// How a peer that is well refused one key, such as by the 500 that Go gives for a key that nobody has; null if the
    /// peer itself can't be asked, which ends some time.
    private static @Nullable FailureKind refusalOf(RuntimeException fault) {
        if (!(fault instanceof ShortwireException known)) {
            return null;
        }
        return switch (known.kind()) {
            case UNREACHABLE, DEADLINE, BUSY, CLOSED -> null;
            default -> known.kind();
        };
    }

    private void peerAnswered(String peer) {
        if (!failingPeers.isEmpty() && failingPeers.remove(peer)) {
            log.info("[GeeCache] Peer {} answers again", peer);
        }
    }

    // ---- in a load

    private Read loadHere(String key) {
        return loads.join(key, deadlineNanos -> load(key, deadlineNanos), read -> ended(key, read));
    }

    private Read load(String key, long deadlineNanos) throws InterruptedException {
        Bytes present = store.get(key);
        if (present != null) {
            return Read.found(present, Source.OWN);
        }
        if (!loadPermits.tryAcquire(deadlineNanos - System.nanoTime(), TimeUnit.NANOSECONDS)) {
            return Read.failed(FailureKind.BUSY, "group \"" + name + "\" has " + MAX_CONCURRENT_LOADS
                    + " loads under way; try again later", null);
        }
        long startedNanos = System.nanoTime();
        try {
            return askGetter(key);
        } finally {
            loadPermits.release();
            counters.loadTook(System.nanoTime() - startedNanos);
        }
    }

    private Read askGetter(String key) {
        try {
            byte[] value = getter.get(key);
            if (value == null) {
                return Read.absent(Source.LOADER);
            }
            Limits.requireValueLength(value.length);
            return Read.found(Bytes.copyOf(value), Source.LOADER);
        } catch (KeyNotFoundException e) {
            return e.key().equals(key) ? Read.absent(Source.LOADER) : failure(e);
        } catch (LoadCycleException e) {
            return Read.failed(e.kind(), messageOf(e), e);
        } catch (Throwable e) {
            return failure(e);
        }
    }

    private static Read failure(Throwable fault) {
        return Read.failed(FailureKind.ORIGIN, messageOf(fault), fault);
    }

    private static String messageOf(Throwable fault) {
        String message = fault.getMessage();
        return message == null ? fault.toString() : message;
    }

    /// Stores what was loaded and counts it, before the flight is gone.
    private void ended(String key, Read read) {
        if (read.source() == Source.LOADER) {
            counters.loaded(read.result() instanceof Read.Result.Failed);
            if (read.result() instanceof Read.Result.Found found) {
                store.put(key, found.value());
            }
        }
    }
}
