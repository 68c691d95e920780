import ArgumentParser
import MusterCore
import WorkerDeployment

/// Bounds, times and pools of `muster workers autoscale`; docs/workers-autoscaling.md says what each does.
struct AutoscaleOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Workers that are always there, over all pools. Default: 0.", valueName: "count"))
  var min: Int?

  @Option(help: ArgumentHelp("Workers at most, over all pools.", valueName: "count")) var max: Int

  @Option(
    help: ArgumentHelp("Pods at most, those that still end among them. Default: as --max.", valueName: "count"))
  var hardCap: Int?

  @Option(help: ArgumentHelp("In which the work that is left is to be done. Default: 10m.", valueName: "time"))
  var drainWindow: String?

  @Option(help: ArgumentHelp("Run time of kinds of which no task has ended yet. Default: 1m.", valueName: "time"))
  var assume: String?

  @Option(
    help: ArgumentHelp("For how long more must have been needed before workers come. Default: 0.", valueName: "time"))
  var upWindow: String?

  @Option(
    help: ArgumentHelp("For how long fewer must have been enough before workers go. Default: 5m.", valueName: "time"))
  var downWindow: String?

  @Option(help: ArgumentHelp("How long no worker goes after a change. Default: 1m.", valueName: "time"))
  var cooldown: String?

  @Option(help: ArgumentHelp("What was heard longer ago is no ground for a decision. Default: 15s.", valueName: "time"))
  var stale: String?

  @Option(
    help: ArgumentHelp(
      "A worker that is pending for longer is looked for in the next pool. Default: 10m.", valueName: "time"))
  var pending: String?

  @Option(help: ArgumentHelp("How long a pool without nodes gets no more workers. Default: 15m.", valueName: "time"))
  var retry: String?

  @Option(help: ArgumentHelp("Between two looks, at least 100ms. Default: 1s.", valueName: "time"))
  var period: String?

  @Option(
    name: .customLong("pool"),
    help: ArgumentHelp(
      "Repeated, in order of preference: name=a,namespace=n,deployment=d,max=10,slots=1,kind=k,kind=l. Default: the deployment of the namespace.",
      valueName: "pool"))
  var given: [PoolArgument] = []

  /// - Throws: `ValidationError` for what is no time; what cannot be together is refused by the planner.
  func settings() throws -> AutoscaleSettings {
    var settings = AutoscaleSettings(maximum: max)
    settings.minimum = min ?? settings.minimum
    settings.hardCap = hardCap
    for (name, text, path) in times {
      guard let text else { continue }
      do {
        settings[keyPath: path] = try DurationText.parse(text)
      } catch {
        throw ValidationError("--\(name) is '\(text)': \(error.message)")
      }
    }
    return settings
  }

  private var times: [(String, String?, WritableKeyPath<AutoscaleSettings, Duration>)] {
    [
      ("drain-window", drainWindow, \.drainWindow), ("assume", assume, \.assumedRunTime),
      ("up-window", upWindow, \.upWindow), ("down-window", downWindow, \.downWindow),
      ("cooldown", cooldown, \.downCooldown), ("stale", stale, \.stalePatience),
      ("pending", pending, \.pendingPatience),
      ("retry", retry, \.pendingRetry), ("period", period, \.period),
    ]
  }

  /// - Parameter namespace: of pools that name none.
  func pools(in namespace: String) throws -> [AutoscalePool] {
    guard !given.isEmpty else { return [AutoscalePool(WorkerNames.deployment, namespace: namespace, maximum: max)] }
    return given.map { $0.pool(namespace: namespace, maximum: max) }
  }
}
