/// How far a copy is: a whole picture, so that missing one in between loses nothing.
public struct CopyProgress: Sendable, Hashable {
  /// Blobs that are to be at the destination in the end, and manifests.
  public internal(set) var blobs = 0
  public internal(set) var blobsDone = 0
  /// Of those done: they were there already.
  public internal(set) var blobsSkipped = 0
  public internal(set) var manifests = 0
  public internal(set) var manifestsDone = 0
  /// Bytes of all blobs, those that were there already too.
  public internal(set) var bytes: Int64 = 0
  /// Bytes that were taken over, without those that were there.
  public internal(set) var bytesDone: Int64 = 0
  public internal(set) var bytesSkipped: Int64 = 0

  /// Nothing yet.
  public init() {}
}
