package dev.shortwire;

/// Why a call did not succeed. The code is what a frame carries; a peer's failure arrives as the same kind that the
/// peer saw. Which exception a kind becomes says what the caller can do about it.
public enum FailureKind {
    /// The deadline passed. A read may be repeated.
    DEADLINE(1, Remedy.RETRY),
    /// Too many loads wait for the origin, or a link has no credit left. Nothing happened.
    BUSY(2, Remedy.RETRY),
    /// The owner could not be reached by any wire. Nothing happened.
    UNREACHABLE(3, Remedy.RETRY),
    /// The nodes' views differ and the hops are used up. Nothing happened.
    VIEWS_DIFFER(4, Remedy.RETRY),
    /// This node is not (or no longer) a member of a view. Nothing happened.
    NOT_A_MEMBER(5, Remedy.RETRY),
    /// The registry can't be reached and the call needs it. Nothing happened.
    REGISTRY_AWAY(6, Remedy.RETRY),
    /// The caller cancelled the call.
    CANCELLED(7, Remedy.RETRY),
    /// The loader failed; the reason is the origin's.
    ORIGIN(16, Remedy.GIVE_UP),
    /// A loader asked for the key it is loading, directly or through others.
    LOAD_CYCLE(17, Remedy.GIVE_UP),
    /// No such group on the node that was asked.
    UNKNOWN_GROUP(18, Remedy.CONFIGURE),
    /// Key, value or frame is over its limit.
    TOO_LARGE(19, Remedy.GIVE_UP),
    /// The call itself is wrong: an empty key, a bad number.
    BAD_REQUEST(20, Remedy.GIVE_UP),
    /// The frame came from another cluster, or from one whose registry was replaced.
    WRONG_CLUSTER(21, Remedy.CONFIGURE),
    /// An option has a value that it can't have.
    CONFIGURATION(22, Remedy.CONFIGURE),
    /// The node is closed or closing. Nothing happened.
    CLOSED(23, Remedy.GIVE_UP),
    /// The call may have happened: it was sent, and no answer came.
    IN_DOUBT(32, Remedy.FIND_OUT),
    /// A fault of Shortwire's own.
    INTERNAL(48, Remedy.GIVE_UP);

    /// What a caller can do.
    enum Remedy { RETRY, GIVE_UP, CONFIGURE, FIND_OUT }

    private final int code;
    private final Remedy remedy;

    FailureKind(int code, Remedy remedy) {
        this.code = code;
        this.remedy = remedy;
    }

    /// The number that stands for this kind in a frame, 1 to 255; never reused.
    public int code() {
        return code;
    }

    /// The kind with that code; [#INTERNAL] for a code that a newer peer may send and this one does not know.
    public static FailureKind ofCode(int code) {
        for (FailureKind kind : values()) {
            if (kind.code == code) {
                return kind;
            }
        }
        return INTERNAL;
    }

    /// The exception that tells a caller of this kind.
    public ShortwireException exception(String message) {
        return switch (this) {
            case ORIGIN -> new OriginException(message);
            case LOAD_CYCLE -> new LoadCycleException(message);
            default -> switch (remedy) {
                case RETRY -> new RetryableException(this, message);
                case GIVE_UP -> new PermanentException(this, message);
                case CONFIGURE -> new ConfigurationException(this, message);
                case FIND_OUT -> new InDoubtException(message);
            };
        };
    }
}
