import Kubernetes
import MusterCore
import Synchronization

/// Waits until the workers are ready, or tells why they will not be: carries out what ``WorkersWait`` decides.
public struct WorkersWaiter: Sendable {
  private let watch: WorkersWatch
  private let endpoint: String?

  /// - Parameter endpoint: where the workers are to find the coordinator, for the cures.
  public init(_ watch: WorkersWatch, endpoint: String? = nil) {
    self.watch = watch
    self.endpoint = endpoint
  }

  /// What has come and was not looked at.
  private struct Mail {
    var situation: WorkersSituation?
    var end: Result<Void, any Error>?
  }

  /// - Parameters:
  ///   - limit: how long to wait at most.
  ///   - generation: of the deployment as it was applied; 0: any.
  ///   - told: gets each situation with its reasons, for a live view.
  /// - Returns: the situation in which they were ready.
  /// - Throws: ``WorkerDeploymentError`` (`notReady`), with the most important reason in its message;
  ///   `KubernetesError`; `CancellationError`.
  @discardableResult
  public func wait(
    limit: Duration, generation: Int64 = 0, told: @escaping @Sendable (WorkersSituation, [Reason]) async -> Void
  ) async throws -> WorkersSituation {
    let time = watch.time
    let mail = Mutex(Mail())
    let bell = Bell()
    let situations = watch.situations()
    var wait = WorkersWait(deadline: time.moment() + limit, generation: generation)
    let reading = Task {
      let end: Result<Void, any Error>
      do {
        for try await situation in situations {
          mail.withLock { $0.situation = situation }
          bell.ring()
        }
        end = .success(())
      } catch {
        end = .failure(error)
      }
      mail.withLock { $0.end = end }
      bell.ring()
    }
    defer { reading.cancel() }
    var last: WorkersSituation?
    while true {
      try Task.checkCancellation()
      let (situation, end) = mail.withLock { mail in
        defer { mail.situation = nil }
        return (mail.situation, mail.end)
      }
      let verdict: WorkersWait.Verdict
      if let situation {
        let reasons = Diagnosis.reasons(situation, endpoint: endpoint)
        last = situation
        await told(situation, reasons)
        verdict = wait.see(situation, reasons, at: time.moment())
      } else {
        if let end {
          try end.get()
          throw CancellationError()
        }
        verdict = wait.check(at: time.moment())
      }
      switch verdict {
      case .ready: if let last { return last }
      case .failed(let reasons):
        throw Self.error("the workers do not come up", reasons, last)
      case .late(let reasons):
        throw Self.error("the workers were not all ready within \(DurationText.text(limit))", reasons, last)
      case .waiting(let until): await Self.pause(until: until, bell, time)
      }
    }
  }

  private static func pause(until deadline: Moment, _ bell: Bell, _ time: any Timekeeper) async {
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await bell.wait() }
      group.addTask { try? await time.sleep(until: deadline) }
      await group.next()
      group.cancelAll()
    }
  }

  private static func error(
    _ what: String, _ reasons: [Reason], _ situation: WorkersSituation?
  ) -> WorkerDeploymentError {
    let main = reasons.first { $0.cause.isTrouble } ?? reasons.first
    var details = ["namespace": situation?.namespace ?? ""]
    if let main {
      details["cause"] = main.cause.rawValue
      details["count"] = "\(main.count)"
      if !main.log.isEmpty { details["log"] = main.log.joined(separator: "\n") }
    }
    let why = main?.sentence ?? "nothing says why; look with 'muster workers status'"
    return WorkerDeploymentError(.notReady, "\(what): \(why)", details: details)
  }
}
