import MusterCore

/// Does the work of `Up`.
struct UpStart {
  private let command: Up

  init(_ command: Up) { self.command = command }

  func run() async throws {
    throw CommandError(.notAvailable, "this build does not have this command yet")
  }
}
