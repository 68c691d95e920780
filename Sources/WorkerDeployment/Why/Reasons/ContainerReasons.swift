import Kubernetes

/// Containers that cannot be made, do not start, or end.
enum ContainerReasons {
  static func find(_ facts: SituationFacts) -> [Reason] {
    let groups = facts.groups { _, ailment in
      switch ailment {
      case .configuration(let message): "configuration \(message)"
      case .container(let message): "container \(generic(message))"
      case .mount(let message): "mount \(generic(message))"
      case .sandbox: "sandbox"
      case .crash(let ended, _, _): "crash \(ended.exitCode) \(ended.reason ?? "")"
      default: nil
      }
    }
    return groups.prefix(8).compactMap { reason($0.ailment, $0.pods, facts) }
  }

  private static func reason(_ ailment: PodAilment, _ pods: [WorkerPod], _ facts: SituationFacts) -> Reason? {
    let count = pods.count
    let names = pods.map(\.name)
    let describe = "look at it with 'kubectl describe pod \(names.first ?? "") -n \(facts.situation.namespace)'"
    switch ailment {
    case .configuration(let message), .mount(let message):
      guard let missing = MissingObject(message) else {
        return Reason(
          .sandbox, count: count,
          facts.workers(count, "waits", "wait") + " for a volume: \(Wording.cleaned(message))", cure: describe,
          pods: names)
      }
      return Reason(
        .configurationMissing, count: count,
        facts.workers(count, "waits", "wait") + " for \(missing.words)",
        cure: "make it with 'muster workers deploy'", pods: names)
    case .container(let message):
      var words = message.before(" (pod: ") ?? message
      // Each layer of the runtime puts its own name before what was wrong.
      words = words.after("unable to start container process: ") ?? words
      if words.hasSuffix(": unknown") { words = String(words.dropLast(": unknown".count)) }
      words = Wording.cleaned(words)
      return Reason(
        .container, count: count, facts.workers(count, "cannot", "cannot") + " be started: \(words)",
        cure: cure(ofStart: message) ?? describe, pods: names)
    case .sandbox(let message):
      return Reason(
        .sandbox, count: count,
        facts.workers(count, "gets", "get") + " no place on the node: \(Wording.cleaned(message))", cure: describe,
        pods: names)
    case .crash(let ended, _, let liveness): return crash(ended, liveness, pods, facts)
    default: return nil
    }
  }

  private static func crash(
    _ ended: ContainerStatus.Terminated, _ liveness: String?, _ pods: [WorkerPod], _ facts: SituationFacts
  ) -> Reason {
    let restarts = pods.map(\.restarts).max() ?? 0
    let again = restarts > 0 ? " again and again (\(Wording.count(restarts, "restart")))" : ""
    let log = pods.lazy.compactMap { facts.situation.logs[$0.name] }.first { !$0.isEmpty } ?? []
    let lines = log.suffix(10).map { Wording.cleaned($0) }.filter { !$0.isEmpty }
    let last = lines.last.map { "; the last line of the log is '\($0)'" } ?? ""
    let names = pods.map(\.name)
    func make(_ cause: Cause, _ what: String, _ cure: String) -> Reason {
      Reason(
        cause, count: pods.count, facts.workers(pods.count, "ends", "end") + again + what, cure: cure, pods: names,
        log: lines)
    }
    if ended.reason == "OOMKilled" {
      let limit = facts.situation.deployment?.spec?.template?.spec?.containers.first?.resources?.limits?["memory"]
      return make(
        .outOfMemory,
        ", killed for using more memory than \(limit.map { "its limit of \($0)" } ?? "the node has")\(last)",
        "raise the workers' memory limit and request, or give them fewer slots")
    }
    if let liveness {
      return make(
        .crash, ", killed because the worker did not answer: \(Wording.cleaned(liveness))\(last)",
        "look at the log with 'muster workers logs', and at the load of the node")
    }
    let message = Wording.cleaned(ended.message ?? "")
    return make(
      .crash,
      " with exit code \(ended.exitCode)\(signal(ended.exitCode))"
        + (message.isEmpty ? "" : ", saying '\(message)'") + last,
      ended.exitCode == 0
        ? "the image's program has to keep running: name one that does"
        : "correct what the log says ('muster workers logs' shows more) and deploy again")
  }

  private static func signal(_ code: Int) -> String {
    switch code {
    case 126: " (the program may not be executed)"
    case 127: " (the program or a library is not in the image)"
    case 132: " (an instruction that the node's processor does not have)"
    case 134: " (aborted)"
    case 137: " (killed)"
    case 139: " (memory fault)"
    case 143: " (told to end)"
    default: ""
    }
  }

  private static func cure(ofStart message: String) -> String? {
    if message.contains("runAsNonRoot") || message.contains("non-numeric user") {
      return "let the image run as a user by number that is not 0, as Muster's own images do"
    }
    if message.contains("no such file or directory") || message.contains("executable file not found") {
      return "put the program into the image, or correct the command"
    }
    if message.contains("permission denied") { return "let everybody execute the program in the image" }
    if message.contains("exec format error") { return "deliver an image for the nodes' processor" }
    return nil
  }

  /// Without the pod's own name and ids, so that the same of many pods is one.
  private static func generic(_ message: String) -> String {
    let text = message.before(" (pod: ") ?? message
    return Wording.withoutNumbers(text)
  }
}
