import Kubernetes
import MusterCore

/// Looks every so often for what has changed since the workers were deployed.
///
/// It does not watch: that takes the right to list Secrets, and a connection for each kind, for what happens once in a month.
public struct DriftWatch: Sendable {
  private let observer: ClusterObserver
  private let time: any Timekeeper
  /// Between two looks, each of which reads up to ten objects.
  public static let pause: Duration = .seconds(30)

  public init(_ observer: ClusterObserver, time: any Timekeeper = SystemTime()) {
    self.observer = observer
    self.time = time
  }

  /// The report as it is now. A server that does not answer is named in it.
  ///
  /// - Throws: `CancellationError`.
  public func now() async throws -> DriftReport {
    do {
      return try await observer.drift(try await observer.abilities())
    } catch let error as KubernetesError {
      try Task.checkCancellation()
      var report = DriftReport()
      report.unknown.append("whether something has changed since it was deployed is not known: \(error.message)")
      return report
    }
  }

  /// The report, and again whenever it is another. Ends when its task is cancelled.
  public func follow(_ told: (DriftReport) async throws -> Void) async throws {
    var last: DriftReport?
    while true {
      let report = try await now()
      if report != last { try await told(report) }
      last = report
      try await time.sleep(for: Self.pause)
    }
  }
}
