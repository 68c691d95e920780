import MusterCore

/// Does the work of `ConfigShow`.
struct ConfigReport {
  private let command: ConfigShow

  init(_ command: ConfigShow) { self.command = command }

  func run() throws {
    throw CommandError(.notAvailable, "this build does not have this command yet")
  }
}
