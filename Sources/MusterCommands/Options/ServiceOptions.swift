import ArgumentParser

/// What `muster up` and `muster coordinator run` both take. Each beats the environment and the file; the forms of the
/// values and the defaults are those of docs/configuration.md.
struct ServiceOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("The directory in which the program keeps its state. Default: .muster.", valueName: "dir"),
    completion: .directory)
  var state: String?

  @Option(help: ArgumentHelp("Where to listen; several with commas. Default: 127.0.0.1:50055.", valueName: "host:port"))
  var listen: String?

  @Option(
    help: ArgumentHelp("Where to serve health and metrics, or 'none'. Default: 127.0.0.1:8055.", valueName: "host:port")
  )
  var http: String?

  @Flag(
    help:
      "Without TLS, and without asking who calls: on loopback, or where --listen spells it out. For networks where everybody may do everything."
  )
  var insecure = false

  @Option(
    help: ArgumentHelp("How long certificates of those who join are valid. Default: 30d.", valueName: "time"))
  var certificateLifetime: String?

  @Option(
    help: ArgumentHelp(
      "Where others reach this coordinator, if several share a store. Default: where it listens.",
      valueName: "host:port"))
  var advertise: String?

  @Option(
    help: ArgumentHelp(
      "Where tasks are kept: sqlite:PATH, postgres://…, prover-cluster+postgres://…. Default: in the state directory.",
      valueName: "store"))
  var store: String?

  @Option(help: ArgumentHelp("How often workers report. Default: 5s.", valueName: "time"))
  var heartbeat: String?

  @Option(help: ArgumentHelp("How many verifiers run at once. Default: half the cores.", valueName: "count"))
  var verifySlots: String?

  @Option(help: ArgumentHelp("The largest input of a task. Default: 16MiB.", valueName: "size"))
  var maxInput: String?

  @Option(help: ArgumentHelp("The largest result of a task. Default: 64MiB.", valueName: "size"))
  var maxResult: String?

  @Option(help: ArgumentHelp("The largest message of the original protocol. Default: 4MiB.", valueName: "size"))
  var compatMaxMessage: String?

  @Option(help: ArgumentHelp("How long a task stays after its end. Default: 7d.", valueName: "time"))
  var keep: String?

  /// Under the names of the settings.
  var flags: [String: String] {
    [
      "state": state, "listen": listen, "http": http, "advertise": advertise, "store": store, "heartbeat": heartbeat,
      "verifySlots": verifySlots, "maxInput": maxInput, "maxResult": maxResult, "compatMaxMessage": compatMaxMessage,
      "keep": keep, "certificateLifetime": certificateLifetime, "insecure": insecure ? "true" : nil,
    ].compactMapValues(\.self)
  }
}
