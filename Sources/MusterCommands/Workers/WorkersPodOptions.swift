import ArgumentParser

/// Where and how the workers' pods run.
struct WorkersPodOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Whether pods without a suitable node wait (required) or run elsewhere (preferred). Default: required.",
      valueName: "how"))
  var affinity: String?

  @Option(help: ArgumentHelp("one-per-node, or spread. Default: one-per-node.", valueName: "how"))
  var placement: String?

  @Option(
    help: ArgumentHelp("The label of suitable nodes. Default: fluidexnode=computation.", valueName: "key=value"))
  var nodeLabel: String?

  @Option(
    help: ArgumentHelp("The taint that is tolerated. Default: dedicated=computation.", valueName: "key=value"))
  var taint: String?

  @Option(help: ArgumentHelp("What a worker asks for, as cpu=4; repeat it.", valueName: "name=amount"))
  var request: [String] = []

  @Option(help: ArgumentHelp("What it may use at most, as memory=8Gi; repeat it.", valueName: "name=amount"))
  var limit: [String] = []

  @Option(help: ArgumentHelp("GPUs of each worker. Default: 0.", valueName: "count")) var gpus: String?

  @Option(help: ArgumentHelp("What the cluster calls GPUs. Default: nvidia.com/gpu.", valueName: "name"))
  var gpuResource: String?

  @Option(help: ArgumentHelp("The pods' priority class.", valueName: "name")) var priorityClass: String?
  @Option(help: ArgumentHelp("The pods' runtime class.", valueName: "name")) var runtimeClass: String?

  @Option(
    help: ArgumentHelp(
      "How long a worker may finish what it runs when it is to leave. Default: 10m.", valueName: "time"))
  var grace: String?

  @Option(help: ArgumentHelp("Room for a worker's files, as 20Gi. Default: no limit.", valueName: "amount"))
  var scratch: String?

  @Option(help: ArgumentHelp("A variable for the workers; repeat it. No secrets.", valueName: "name=value"))
  var env: [String] = []

  @Option(help: ArgumentHelp("A label of the pods; repeat it.", valueName: "key=value")) var label: [String] = []

  @Option(help: ArgumentHelp("An annotation of the pods; repeat it.", valueName: "key=value"))
  var annotation: [String] = []

  /// Under the names of the values file.
  ///
  /// - Throws: ``CommandError`` (`bad_argument`) for an entry that is no pair.
  var flags: [String: String] {
    get throws {
      var flags = [
        "affinity": affinity, "placement": placement, "nodeLabel": nodeLabel, "taint": taint, "gpus": gpus,
        "gpuResource": gpuResource, "priorityClass": priorityClass, "runtimeClass": runtimeClass, "grace": grace,
        "scratch": scratch,
      ].compactMapValues(\.self)
      let maps = [
        ("requests", "request", request), ("limits", "limit", limit), ("environment", "env", env),
        ("labels", "label", label), ("annotations", "annotation", annotation),
      ]
      for (map, flag, texts) in maps {
        for text in texts {
          let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
          guard parts.count == 2, !parts[0].isEmpty else {
            throw CommandError(.badArgument, "--\(flag) is '\(text)'; write NAME=VALUE")
          }
          flags["\(map).\(parts[0])"] = String(parts[1])
        }
      }
      return flags
    }
  }
}
