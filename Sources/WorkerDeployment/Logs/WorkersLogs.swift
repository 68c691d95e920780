import Kubernetes
import Logging
import MusterCore

/// What the workers write: of each pod its lines in order, those of several as they come.
public struct WorkersLogs: Sendable {
  private let client: KubernetesClient
  private let namespace: String
  private let logger: Logger?
  /// Of pods that do not run yet, the log is asked for anew after this time.
  private let pause: Duration

  public init(_ client: KubernetesClient, in namespace: String, logger: Logger? = nil, pause: Duration = .seconds(1)) {
    self.client = client
    self.namespace = namespace
    self.logger = logger
    self.pause = pause
  }

  private var pods: ResourceClient<LogPod> { client.resources(LogPod.self, of: Pod.resource, in: namespace) }
  private var selection: ListOptions { ListOptions(labelSelector: "\(WorkerNames.role.key)=\(WorkerNames.role.value)") }

  /// Hands over what has been written until now, pod after pod in the order of their names.
  ///
  /// - Parameter tailLines: of each pod only so many of the last lines; nil: all.
  /// - Returns: the pods that had no log, each with why: most often that its container has not started.
  /// - Throws: ``WorkerDeploymentError`` (`notThere`) when there are no workers; ``KubernetesError`` when pods cannot be listed or
  ///   a log cannot be read to its end; what `line` throws.
  public func read(
    tailLines: Int?, previous: Bool = false, line: @Sendable (LogLine) async throws -> Void
  ) async throws -> [LogLine] {
    var silent: [LogLine] = []
    let all = try await pods.listAll(selection).items.sorted { $0.slim.name < $1.slim.name }
    guard !all.isEmpty else {
      throw WorkerDeploymentError(
        .notThere,
        "there are no workers in namespace '\(namespace)'; name the namespace with CLUSTER_NS, or deploy first")
    }
    for pod in all {
      do {
        let options = LogOptions(container: pod.container, previous: previous, tailLines: tailLines)
        for try await text in pods.logs(pod.slim.name, options) {
          try await line(LogLine(pod: pod.slim.name, text: text))
        }
      } catch let error as KubernetesError where [400, 404].contains(error.status?.code) {
        silent.append(LogLine(pod: pod.slim.name, text: error.message))
      }
    }
    return silent
  }

  /// Hands over what is written from now on, also by pods that come later, until the task is cancelled.
  ///
  /// A log that ends before its container has, because the connection breaks or the server closes it, is followed on from the last
  /// line; none comes twice, and none is left out.
  ///
  /// - Parameter tailLines: of the pods that are there, so many of the last lines first; nil: all.
  /// - Throws: `CancellationError`; ``KubernetesError`` when the pods cannot be watched; what `line` throws.
  public func follow(tailLines: Int?, line: @escaping @Sendable (LogLine) async throws -> Void) async throws {
    let cache = ResourceCache(pods, selection, logger: logger)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await cache.run() }
      var isFirstRound = true
      for try await change in cache.changes() {
        switch change {
        case .added(let key, let pod):
          let tail = isFirstRound ? tailLines : nil
          group.addTask { try await follow(key, uid: pod.slim.uid, in: cache, tail, line) }
        case .synced: isFirstRound = false
        case .changed, .removed: break
        }
      }
    }
  }

  /// Until the pod is gone.
  private func follow(
    _ key: ObjectKey, uid: String?, in cache: ResourceCache<LogPod>, _ tailLines: Int?,
    _ line: @Sendable (LogLine) async throws -> Void
  ) async throws {
    var options = LogOptions(follow: true, tailLines: tailLines, timestamps: true)
    var place = LogPlace()
    // The run of the container whose output has been read to its end.
    var isOver: Int?
    while let pod = cache[key], pod.slim.uid == uid {
      if let run = pod.run, run != isOver {
        options.container = pod.container
        // Known before it is read: then all that it wrote is in what comes.
        let hasEnded = !pod.isRunning
        place.begin()
        var isMore = false
        do {
          for try await text in pods.logs(key.name, options) {
            guard let written = place.take(text) else { continue }
            isMore = true
            try await line(LogLine(pod: key.name, text: written))
          }
          if hasEnded, !isMore { isOver = run }
        } catch let error as KubernetesError {
          logger?.debug("a log cannot be read", metadata: ["pod": "\(key.name)", "error": "\(error.message)"])
        }
        if let since = place.since { (options.sinceTime, options.tailLines) = (since, nil) }
      }
      try await client.time.sleep(for: pause)
    }
  }
}
