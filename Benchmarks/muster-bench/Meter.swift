import Foundation

/// Processor time of coordinators and database from a moment on.
struct Meter {
  private let coordinators: [CoordinatorProcess]
  private let server: pid_t?
  private let before: (coordinators: Double, server: Double)

  init(coordinators: [CoordinatorProcess], server: pid_t?) {
    self.coordinators = coordinators
    self.server = server
    before = Self.now(coordinators, server)
  }

  private static func now(_ coordinators: [CoordinatorProcess], _ server: pid_t?) -> (Double, Double) {
    (coordinators.map(\.processorSeconds).reduce(0, +), server.map(processorTime(ofTree:)) ?? 0)
  }

  /// Prints what a task took since then, if it was one of `count`.
  func print(tasks count: Int) {
    let now = Self.now(coordinators, server)
    func microseconds(_ seconds: Double) -> String { "\(Int(seconds * 1e6 / Double(count))) us" }
    report("  the coordinators' processor time a task", microseconds(now.0 - before.coordinators))
    guard server != nil else { return }
    report("  the database's processor time a task", microseconds(now.1 - before.server))
  }
}
