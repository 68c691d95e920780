import MusterCore

/// Does the work of `KindCheck`.
struct KindTrial {
  private let command: KindCheck

  init(_ command: KindCheck) { self.command = command }

  func run() async throws {
    throw CommandError(.notAvailable, "this build does not have this command yet")
  }
}
