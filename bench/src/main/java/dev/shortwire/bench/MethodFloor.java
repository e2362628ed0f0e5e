package dev.shortwire.bench;

import dev.shortwire.Bytes;

/// A virtual method call in one process.
final class MethodFloor implements Floor {
    static final String NAME = "direct-call";

    /// Several stand behind the call, so that it stays one.
    private interface Answerer {
        Bytes answer(Body body);
    }

    private static final Answerer[] ANSWERERS = {Body::encode, body -> body.encode(), new Answerer() {
        @Override
        public Bytes answer(Body body) {
            return body.encode();
        }
    }};

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Server serve() {
        return new Server() {
            @Override
            public String address() {
                return NAME;
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public Exchange connect(String address) {
        return new Calls();
    }

    private static final class Calls implements Exchange {
        private Body body = Body.of(Body.Form.BYTES, 1);
        private int next;

        @Override
        public String name() {
            return NAME;
        }

        @Override
        public void ask(Body wanted) {
            body = wanted;
        }

        @Override
        public void call() {
            body.accept(ANSWERERS[next].answer(body));
            next = next == ANSWERERS.length - 1 ? 0 : next + 1;
        }

        @Override
        public long pipeline(int outstanding, long untilNanos, Histogram sampled) {
            long calls = 0;
            long start = System.nanoTime();
            while (start < untilNanos) {
                for (int i = 0; i < callsPerStamp(); i++) {
                    call();
                }
                calls += callsPerStamp();
                long end = System.nanoTime();
                sampled.record(end - start, callsPerStamp());
                start = end;
            }
            return calls;
        }

        @Override
        public int callsPerStamp() {
            return 1000;
        }

        @Override
        public void close() {}
    }
}
