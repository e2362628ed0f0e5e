package dev.shortwire.node;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A listener of the user's, kept from doing harm: what it throws would else end a load, a call or the adoption of a view
/// half way. The first fault is logged, the others at debug level. Safe for use by any thread.
final class GuardedListener implements NodeListener {
    private static final Logger LOG = LoggerFactory.getLogger(GuardedListener.class);

    private final NodeListener guarded;
    private final AtomicBoolean faultLogged = new AtomicBoolean();

    GuardedListener(NodeListener guarded) {
        this.guarded = guarded;
    }

    @Override
    public void loading(String group, String key) {
        guard(() -> guarded.loading(group, key));
    }

    @Override
    public void picked(String group, String key, String peer) {
        guard(() -> guarded.picked(group, key, peer));
    }

    @Override
    public void viewChanged(long epoch, List<String> members) {
        guard(() -> guarded.viewChanged(epoch, members));
    }

    private void guard(Runnable call) {
        try {
            call.run();
        } catch (RuntimeException | Error e) {
            if (faultLogged.compareAndSet(false, true)) {
                LOG.error("the node's listener threw; the node goes on, later faults are logged at debug level", e);
            } else {
                LOG.debug("the node's listener threw", e);
            }
        }
    }
}
