import CoordinatorAPI
import Foundation
import TaskModel

/// What a client of an original prover cluster is started with; the words of its `client.yaml` in Muster's types.
public struct OriginalClientConfiguration: Sendable {
  /// Nil: the coordinator gives one (`Register`).
  public var proverID: String?
  public var upstream: CoordinatorAddress
  /// Between two polls that brought no work.
  public var pollInterval: Duration
  /// Sent as it is written here; compared without regard to case with what tasks carry.
  public var circuit: String
  /// How the circuit's tasks are done: the stages that make a proof of an input.
  public var kind: KindDefinition
  /// How many tasks are worked on at one time.
  public var slots: Int
  /// How long a client that leaves waits for what runs. (The protocol has no way to hand a task back.)
  public var drainTimeout: Duration
  /// How long a connection is used. Then, when no task is in hand, another is made: an address that was pointed elsewhere, as a
  /// Kubernetes service's, is noticed by new connections only, and this protocol's coordinators cannot let a client go.
  var connectionLife: Duration = .seconds(60)

  public init(
    proverID: String? = nil, upstream: CoordinatorAddress, pollInterval: Duration = .seconds(10), circuit: String,
    kind: KindDefinition, slots: Int = 1, drainTimeout: Duration = .seconds(300)
  ) {
    self.proverID = proverID
    self.upstream = upstream
    self.pollInterval = pollInterval
    self.circuit = circuit
    self.kind = kind
    self.slots = slots
    self.drainTimeout = drainTimeout
  }

  /// - Throws: ``WorkerError`` (`bad_configuration`).
  func checked(needsStages: Bool) throws(WorkerError) {
    if circuit.isEmpty {
      throw WorkerError(.badConfiguration, "No circuit is named; give one in client.yaml (circuit: name).")
    }
    if needsStages, kind.stages.isEmpty {
      throw WorkerError(
        .badConfiguration,
        "Kind \(kind.name), which stands for circuit \(circuit), has no executor; define its stages in Muster's "
          + "configuration file.")
    }
    if slots < 1 {
      throw WorkerError(.badConfiguration, "A client cannot have \(slots) slots; give 1 or more with --slots.")
    }
    if pollInterval <= .zero {
      throw WorkerError(.badConfiguration, "The poll_interval must be 1 ms or more.")
    }
  }
}
