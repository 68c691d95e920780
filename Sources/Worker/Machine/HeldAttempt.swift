import CoordinatorAPI
import Foundation
import TaskModel

/// An attempt from its assignment to the answer to its end.
struct HeldAttempt {
  enum Stage {
    /// Its input still comes, in pieces.
    case arriving(InputAssembly)
    /// Not started: waits for room.
    case waiting
    /// Handed to the runner.
    case running(Capacity.Grant, stop: StopReason?)
    /// Over, but the coordinator has not answered yet.
    case ended(End)
  }

  /// Why a running attempt was told to end.
  enum StopReason {
    case asked
    /// The worker leaves and could not wait for it.
    case handedBack
    /// It is another store's than the one that the worker serves now: its end is told to nobody.
    case abandoned
  }

  /// An end that is kept until it is answered, because a connection can be cut at any instant.
  struct End {
    var message: Muster_V1_AttemptEnd
    /// A result too large for the message; empty otherwise.
    var payload: Data
    /// Bytes of `payload` that this connection has carried.
    var sent = 0
    /// Its place among the ends of this worker, so that they are sent again in the order in which they happened.
    var order: UInt64
  }

  var request: AttemptRequest
  var stage: Stage
  /// The id of the store that it came from; nil if the coordinator did not tell.
  var store: String?
  /// The runner has said so; until then the program may never have run.
  var isStarted = false
  var log = LogBuffer()

  /// Whether it is given up, and only its program has not ended yet.
  var isAbandoned: Bool { if case .running(_, stop: .abandoned) = stage { true } else { false } }

  var ref: Muster_V1_AttemptRef {
    var ref = request.token.ref
    ref.started = isStarted
    return ref
  }
}

extension Token {
  var ref: Muster_V1_AttemptRef {
    var ref = Muster_V1_AttemptRef()
    ref.epoch = epoch
    ref.number = number
    return ref
  }
}
