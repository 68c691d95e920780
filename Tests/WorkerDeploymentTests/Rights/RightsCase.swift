import Kubernetes

@testable import WorkerDeployment

/// Something that a command does, and which rights of its Role it cannot be done without.
struct RightsCase: Sendable {
  let name: String
  /// Done before by an administrator; may be done again.
  var prepare: @Sendable (Flow) async throws -> Void
  /// - Parameter missing: the right that is missing, for what is done for it alone; nil: none is.
  var act: @Sendable (Flow, _ missing: WorkersRight?) async throws -> Void
  var needs: @Sendable (WorkersRight) -> Bool

  init(
    _ name: String, prepare: @escaping @Sendable (Flow) async throws -> Void = { _ in },
    needs: @escaping @Sendable (WorkersRight) -> Bool = { _ in true },
    act: @escaping @Sendable (Flow, WorkersRight?) async throws -> Void
  ) {
    self.name = name
    self.prepare = prepare
    self.needs = needs
    self.act = act
  }

  /// Of the namespace itself: without them everything works, and the annotation is not kept.
  static func isOptional(_ right: WorkersRight) -> Bool { right.type.kind == "Namespace" }

  static func all(_ command: WorkersCommand) -> [RightsCase] {
    switch command {
    case .deploy: [deployment, cleaning(.deploy), removal, lettingGo]
    case .scale: [scaling]
    case .endpoint: [address, name, family, lettingGo]
    case .restart: [restart]
    case .status: [status, troubles, secret, drift]
    case .logs: [logs, following]
    case .teardown: [cleaning(.teardown)]
    }
  }
}
