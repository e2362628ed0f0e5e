package dev.shortwire.wire;

/// Who sent a frame, and in which cluster: the part of a frame that stays the same from one frame of a link to the next.
///
/// @param cluster             hash of the cluster's name (`FrameCodec.clusterId`)
/// @param registryIncarnation which life of the cluster's registry the sender belongs to; 0 before it knows one
/// @param name                the sender's name, 1 to 64 characters
/// @param incarnation         which process of that name it is: a new number at each start
public record Sender(long cluster, long registryIncarnation, String name, long incarnation) {}
