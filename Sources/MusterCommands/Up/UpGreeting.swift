import Coordinator
import CoordinatorAPI
import Settings
import Terminal

/// What `muster up` prints when it is ready.
struct UpGreeting: Sendable {
  private let settings: UpSettings
  private let parts: CoordinatorParts

  init(_ settings: UpSettings, _ parts: CoordinatorParts) {
    self.settings = settings
    self.parts = parts
  }

  /// Nobody may be reading: what cannot be printed is left out.
  func print(_ served: CoordinatorService.Addresses, to stream: TerminalStream) {
    let output = Output(results: stream)
    for line in lines(served) { try? output.line(line) }
  }

  func lines(_ served: CoordinatorService.Addresses) -> [String] {
    let workers = settings.workers == 1 ? "1 worker" : "\(settings.workers) workers"
    let slots = settings.slots == 1 ? "1 slot" : "\(settings.slots) slots"
    var lines = ["coordinator  \(served.grpc.joined(separator: ", "))"]
    if let http = served.http { lines.append("http         \(http)") }
    lines.append("state        \(settings.coordinator.state)")
    lines.append("workers      \(settings.workers == 0 ? "none here" : "\(workers), \(slots) each")")
    lines.append(advice(parts.ownPlace(served)?.address))
    return lines
  }

  private func advice(_ address: CoordinatorAddress?) -> String {
    guard let kind = settings.coordinator.kinds.first?.name else {
      return "There are no kinds of tasks yet: define one in muster.yaml, see docs/executors.md"
    }
    let place = address == .standard ? "" : address.map { " --coordinator \($0)" } ?? ""
    return "Hand in work:  muster submit --kind \(kind) --input INPUT --wait\(place)"
  }
}
