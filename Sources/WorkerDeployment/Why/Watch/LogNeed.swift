import Kubernetes

/// A container of which the last lines of its log are wanted, and of which of its lives.
struct LogNeed: Sendable, Hashable {
  var pod: String
  var container: String?
  /// The life before the present one.
  var isPrevious: Bool
  /// Changes when there is something new to read.
  var life: String

  /// How many lines are asked for, and how many bytes are read at most.
  static let lines = 20
  static let bytes = 16_384

  /// Of one or two pods of each trouble: what one of them wrote the others wrote too.
  static func all(_ facts: SituationFacts) -> [LogNeed] {
    var told: [String: Int] = [:]
    return facts.ailments.compactMap { pod, ailment in
      let statuses = pod.status?.containerStatuses ?? []
      switch ailment {
      case .crash(let ended, _, _):
        told["\(ended.exitCode)", default: 0] += 1
        guard told["\(ended.exitCode)", default: 0] <= 2 else { return nil }
        let status = statuses.first { ($0.state?.terminated ?? $0.lastState?.terminated) == ended }
        return LogNeed(
          pod: pod.name, container: status?.name, isPrevious: status?.state?.running != nil,
          life: "\(pod.meta.uid ?? "") \(pod.restarts) \(status?.state?.running != nil)")
      case .notReady:
        told["not ready", default: 0] += 1
        guard told["not ready", default: 0] <= 1 else { return nil }
        // A worker that is not ready goes on writing: again with each of its complaints.
        let when = facts.event("Unhealthy", of: pod)?.when ?? 0
        return LogNeed(
          pod: pod.name, container: statuses.first?.name, isPrevious: false, life: "\(pod.meta.uid ?? "") at \(when)")
      default: return nil
      }
    }
  }

  /// The last lines, each one line of text; empty when the node has nothing.
  ///
  /// - Throws: `KubernetesError`, `CancellationError`.
  func read(_ client: KubernetesClient, _ namespace: String) async throws -> [String] {
    let options = LogOptions(
      container: container, previous: isPrevious, tailLines: Self.lines, limitBytes: Self.bytes)
    var lines: [String] = []
    let pods = client.resources(Pod.self, in: namespace)
    for try await line in pods.logs(pod, options, longestLine: 1000) {
      lines.append(Wording.cleaned(line, limit: 500))
      if lines.count > Self.lines { lines.removeFirst() }
    }
    // A kubelet that has cleared a container away says so in place of its log.
    return lines.filter { !$0.isEmpty && !$0.hasPrefix("unable to retrieve container logs") }
  }
}
