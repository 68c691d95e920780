import CoordinatorAPI
import Foundation
import TaskModel

/// What can happen to a worker, from the coordinator's side, from its attempts, and from its operator.
enum WorkerEvent {
  case welcome(Muster_V1_CoordinatorWelcome)
  case batch(Muster_V1_CoordinatorBatch)
  case disconnected
  /// The runner says that the attempt's program runs.
  case started(Token)
  case log(Token, Data)
  case ended(Token, AttemptResult)
  /// The time of ``WorkerAction/sendLogsLater`` is over.
  case logsDue
  /// Finish what runs, hand back what has not started, then leave.
  case drain
  /// The address leads to the same store: connect anew with all that runs.
  case moveAlong
  /// The address leads to another store, to which the worker shall go as soon as nothing is left here.
  case finishBeforeMoving
  /// A drain took too long: stop what still runs and hand it back.
  case handBack
}

/// What a worker must do now.
enum WorkerAction: Equatable {
  case start(AttemptRequest)
  /// End a running attempt; its end still comes as an event.
  case cancel(Token)
  /// There is something to send: take frames until there are none.
  case send
  /// Report ``WorkerEvent/logsDue`` after the log delay.
  case sendLogsLater
  /// Drained, and everything is answered: close the connection and go.
  case leave
  /// Find out which store the address leads to now, then report ``WorkerEvent/moveAlong`` or
  /// ``WorkerEvent/finishBeforeMoving``.
  case lookForStore
  /// Nothing is left on this connection: connect anew.
  case move
  /// Say that work was given up.
  case abandoned(AbandonedWork)
}
