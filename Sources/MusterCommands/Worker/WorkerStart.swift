import MusterCore

/// Does the work of `WorkerRun`.
struct WorkerStart {
  private let command: WorkerRun

  init(_ command: WorkerRun) { self.command = command }

  func run() async throws {
    throw CommandError(.notAvailable, "this build does not have this command yet")
  }
}
