package dev.shortwire.cache;

import dev.shortwire.Bytes;
import dev.shortwire.Limits;
import dev.shortwire.cluster.ClusterNode;
import dev.shortwire.wire.Frame;
import dev.shortwire.wire.FrameView;
import dev.shortwire.wire.Sender;
import dev.shortwire.wire.Tags;

/// The frame that asks for a key, as far as it is nothing but what a call knows anyway: such a call is itself the frame
/// that it sends.
abstract class GetView implements FrameView {
    final CacheEngine engine;
    final CacheGroup group;
    final String key;
    byte hopsLeft = Frame.DEFAULT_HOPS;

    GetView(CacheEngine engine, CacheGroup group, String key) {
        this.engine = engine;
        this.group = group;
        this.key = key;
    }

    final ClusterNode cluster() {
        return engine.cluster();
    }

    @Override
    public final int kind() {
        return CacheKinds.GET;
    }

    @Override
    public final Sender sender() {
        return cluster().sender();
    }

    @Override
    public final int hopsLeft() {
        return hopsLeft;
    }

    @Override
    public final long requestId() {
        return 0;
    }

    @Override
    public final int level() {
        return group.options().level().code();
    }

    @Override
    public final String group() {
        return group.name();
    }

    @Override
    public final String key() {
        return key;
    }

    @Override
    public final Bytes payload() {
        return Bytes.EMPTY;
    }

    @Override
    public final Tags tags() {
        return Tags.NONE;
    }

    @Override
    public final int textBytes() {
        return Limits.utf8Length(sender().name()) + Limits.utf8Length(group()) + Limits.utf8Length(key);
    }

    @Override
    public final Frame frame() {
        return Frame.of(kind(), sender()).epoch(epoch()).level(level()).hopsLeft(hopsLeft()).group(group()).key(key)
                .build();
    }
}
