import CoordinatorAPI
import TaskModel
import Terminal

extension Muster_V1_TaskState {
  /// The word for it, as everywhere.
  var word: String {
    switch self {
    case .waiting: "waiting"
    case .queued: "queued"
    case .running: "running"
    case .verifying: "verifying"
    case .done: "done"
    case .failed: "failed"
    case .cancelled: "cancelled"
    case .unspecified, .UNRECOGNIZED: "unknown"
    }
  }

  var style: Style {
    switch self {
    case .done: .good
    case .failed: .bad
    case .running, .verifying: .attention
    case .cancelled, .waiting: .faint
    default: .plain
    }
  }

  var cell: Cell { Cell(word, style: style) }

  /// Nil for a word that is no state.
  init?(word: String) {
    guard let state = Muster_V1_TaskState.allCases.first(where: { $0 != .unspecified && $0.word == word }) else {
      return nil
    }
    self = state
  }
}
