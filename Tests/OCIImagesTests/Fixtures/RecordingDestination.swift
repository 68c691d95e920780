import MusterCore
import NIOCore
import Synchronization

@testable import OCIImages

/// A destination that notes what is put into it.
final class RecordingDestination: ImageDestination {
  private struct State {
    var events: [String] = []
    var current = 0
    var most = 0
  }
  private let state = Mutex(State())
  private let hasEverything: Bool
  private let waits: Bool
  /// Rings when the first blob comes.
  let started = Bell()

  /// - Parameter waits: blobs are never done until the task is cancelled.
  init(hasEverything: Bool = false, waits: Bool = false) {
    self.hasEverything = hasEverything
    self.waits = waits
  }

  var events: [String] { state.withLock { $0.events } }
  /// The most blobs that were under way at one time.
  var most: Int { state.withLock { $0.most } }

  func hasBlob(_ descriptor: Descriptor) async throws -> Bool { hasEverything }

  func putBlob(
    _ descriptor: Descriptor, origin: BlobOrigin?, progress: @escaping @Sendable (Int64) -> Void,
    open: @escaping @Sendable (_ offset: Int64) async throws -> BlobStream
  ) async throws {
    state.withLock { state in
      state.current += 1
      state.most = max(state.most, state.current)
    }
    started.ring()
    if waits { try await Task.sleep(for: .seconds(3600)) }
    for try await piece in try await open(0) { progress(Int64(piece.readableBytes)) }
    state.withLock { state in
      state.current -= 1
      state.events.append("blob \(descriptor.digest)")
    }
  }

  func putManifest(_ content: [UInt8], _ descriptor: Descriptor, tag: String?) async throws {
    state.withLock { $0.events.append("manifest \(descriptor.digest) \(tag ?? "-")") }
  }

  func finish() async throws { state.withLock { $0.events.append("finish") } }
}
