import Dispatch

/// Does `work` here if it is light, else on a thread that may wait for a disk: Swift's own threads are few, and a
/// 60 MB file written on one of them would hold up heartbeats.
func offload<Value: Sendable>(_ heavy: Bool, _ work: @escaping @Sendable () -> Value) async -> Value {
  guard heavy else { return work() }
  return await withCheckedContinuation { continuation in
    DispatchQueue.global().async { continuation.resume(returning: work()) }
  }
}
