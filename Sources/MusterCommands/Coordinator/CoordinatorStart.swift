import MusterCore

/// Does the work of `CoordinatorRun`.
struct CoordinatorStart {
  private let command: CoordinatorRun

  init(_ command: CoordinatorRun) { self.command = command }

  func run() async throws {
    throw CommandError(.notAvailable, "this build does not have this command yet")
  }
}
