import CoordinatorAPI
import Foundation

/// How a stand-in's task ends.
public struct StandInEnd: Sendable {
  public var state: Muster_V1_TaskState
  public var result: Data
  public var error: String

  public static func done(_ result: String) -> StandInEnd { .done(Data(result.utf8)) }
  public static func done(_ result: Data) -> StandInEnd { StandInEnd(state: .done, result: result, error: "") }
  public static func failed(_ error: String) -> StandInEnd { StandInEnd(state: .failed, result: Data(), error: error) }
  public static let cancelled = StandInEnd(state: .cancelled, result: Data(), error: "cancelled by the user")
}

/// A task of a stand-in.
public struct StandInTask: Sendable {
  public var spec: Muster_V1_TaskSpec
  public var end: StandInEnd?

  public var state: Muster_V1_TaskState { end?.state ?? .queued }

  func message(withResult: Bool) -> Muster_V1_TaskEnd? {
    guard let end else { return nil }
    return .with {
      $0.id = spec.id
      $0.state = end.state
      $0.error = end.error
      $0.attempts = 1
      $0.worker = "stand-in"
      $0.resultSize = UInt64(end.result.count)
      if withResult, end.result.count <= 65_536 { $0.result = end.result }
    }
  }

  var summary: Muster_V1_TaskSummary {
    .with {
      $0.id = spec.id
      $0.kind = spec.kind
      $0.state = state
      $0.priority = spec.priority
      $0.attempts = end == nil ? 0 : 1
      $0.maxAttempts = 3
      $0.submittedUnixMs = 1_700_000_000_000
      $0.startedUnixMs = end == nil ? 0 : 1_700_000_001_000
      $0.finishedUnixMs = end == nil ? 0 : 1_700_000_002_500
      $0.error = end?.error ?? ""
      $0.labels = spec.labels
      $0.slots = max(spec.slots, 1)
      $0.inputSize = UInt64(spec.input.count)
      $0.resultSize = UInt64(end?.result.count ?? 0)
    }
  }
}

/// One open FollowTasks stream.
final class StandInFollower: Sendable {
  let responses: AsyncThrowingStream<Muster_V1_FollowTasksResponse, any Error>.Continuation
  private let ids = Guarded(Set<String>())

  init(_ responses: AsyncThrowingStream<Muster_V1_FollowTasksResponse, any Error>.Continuation) {
    self.responses = responses
  }

  func follow(_ new: [String]) { ids.with { $0.formUnion(new) } }
  func isFollowing(_ id: String) -> Bool { ids.with { $0.contains(id) } }
}
