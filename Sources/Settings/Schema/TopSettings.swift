import MusterCore

/// The single values at the top of `muster.yaml`.
enum TopSettings {
  static let state = Setting<String>(
    "state", "path", ".muster", "The directory in which the program keeps its state.", parse: Parse.text,
    show: { $0 })
  static let store = Setting<StoreLocation>(
    "store", "sqlite:PATH, postgres://… or prover-cluster+postgres://…", "sqlite:muster.db in the state directory",
    "Where the coordinator keeps tasks and results.", parse: StoreLocation.parse, show: \.description)
  static let http = Setting<NetworkAddress?>(
    "http", "HOST:PORT, or none", "127.0.0.1:8055",
    "Where the coordinator serves health checks and metrics.",
    parse: { (text) throws(BadValue) in text == "none" ? nil : try NetworkAddress.parseLocal(text) },
    show: { $0?.description ?? "none" })
  static let advertise = Setting<NetworkAddress>(
    "advertise", "HOST:PORT", "the first of `listen`, with the machine's name in place of 0.0.0.0",
    "Where others reach this coordinator, for `coordinator status` when several share a store.",
    parse: { (text) throws(BadValue) in
      let address = try NetworkAddress.parse(text)
      if address.isWildcard || address.port == 0 {
        throw BadValue("'\(text)' is nothing that others could connect to; give this machine's name and its port")
      }
      return address
    }, show: \.description)
  static let insecure = Setting<Bool>(
    "insecure", "true or false", "false",
    "Speak without TLS although there is a certificate, or where others reach it; see docs/security.md.",
    parse: Parse.choice([("true", true), ("false", false)]), show: { "\($0)" })
  static let certificateLifetime = duration(
    "certificateLifetime", "30d", "How long certificates are valid that the coordinator signs for those who join.",
    .seconds(10) ... .seconds(86_400 * 3650))
  static let identity = Setting<String>(
    "identity", "path, or none", "of a worker, `identity` in the state directory; of people, that of their login",
    "The folder with the certificate that is shown to a coordinator.", parse: Parse.text, show: { $0 })
  static let heartbeat = duration(
    "heartbeat", "5s", "How often a worker reports; after three that are missed its tasks are given to others.",
    .milliseconds(100) ... .seconds(600))
  static let verifySlots = integer(
    "verifySlots", "half the cores, at least 1", "How many verifiers the coordinator runs at once.", 1...4096)
  static let maxInput = size("maxInput", "16MiB", "The largest input of a task.")
  static let maxResult = size(
    "maxResult", "64MiB", "The largest result of a task; a larger one fails the attempt with that reason.")
  static let compatMaxMessage = size(
    "compatMaxMessage", "4MiB",
    "The largest message of the original protocol; a task that does not fit into one is not handed to it.")
  static let keep = duration(
    "keep", "7d", "How long a task stays after it has ended; a kind may say otherwise.",
    .zero ... .seconds(86_400 * 36_500))
  static let workers = integer(
    "workers", "1", "How many workers `muster up` starts; 0 is a coordinator alone.", 0...1000)
  static let slots = integer(
    "slots", "the cores (under `muster up`, shared between its workers)", "How many slots a worker offers.",
    1...65_535)
  static let memory = Setting<UInt64>(
    "memory", "size", "the machine's memory", "How much memory a worker offers to its tasks.",
    parse: Parse.size(1 << 20...1 << 50), show: ByteSizeText.text)
  static let gpus = integer("gpus", "0", "How many GPUs a worker offers.", 0...1024)
  static let name = Setting<String>(
    "name", "word", "the host's name and a few letters",
    "The worker's name; unique among the workers of a coordinator.", parse: Parse.name, show: { $0 })
  static let coordinator = Setting<[NetworkAddress]>(
    "coordinator", "HOST:PORT, several with commas", "the first of `listen`, or 127.0.0.1:50055",
    "Where a worker and the commands find the coordinator.", parse: NetworkAddress.parseList,
    show: { $0.map(\.description).joined(separator: ",") })
  static let drainTimeout = duration(
    "drainTimeout", "5m",
    "How long a worker that leaves waits for what it runs, before it stops that and hands it back.",
    .zero ... .seconds(86_400 * 365))
  static let readyFile = Setting<String>(
    "readyFile", "path", "none", "The file in which a worker says whether it is ready, for `muster worker check`.",
    parse: Parse.text, show: { $0 })
  static let joinTokenFile = Setting<String>(
    "joinTokenFile", "path", "none", "A file with a token with which a worker without a certificate joins first.",
    parse: Parse.text, show: { $0 })
  static let logFormat = Setting<LogFormat>(
    "logFormat", "text or json", "text", "The form of the log on standard error.", parse: Parse.choice(LogFormat.self),
    show: \.rawValue)
  static let logLevel = Setting<LogLevel>(
    "logLevel", "trace, debug, info, notice, warning, error or critical", "info",
    "The least severe messages that are logged.", parse: Parse.choice(LogLevel.self), show: \.rawValue)

  /// All of them, in the order in which they are shown and documented.
  static let all: [any CheckedSetting] = [
    http, advertise, insecure, certificateLifetime, state, store, heartbeat, verifySlots, maxInput, maxResult,
    compatMaxMessage, keep, workers, name,
    coordinator, identity, slots, memory, gpus, drainTimeout, readyFile, joinTokenFile, logFormat, logLevel,
  ]

  private static func duration(
    _ name: String, _ defaultText: String, _ summary: String, _ range: ClosedRange<Duration>
  ) -> Setting<Duration> {
    Setting(name, "duration", defaultText, summary, parse: Parse.duration(range), show: DurationText.text)
  }

  private static func integer(
    _ name: String, _ defaultText: String, _ summary: String, _ range: ClosedRange<Int>
  ) -> Setting<Int> {
    let form = "whole number, \(range.lowerBound) to \(range.upperBound)"
    return Setting(name, form, defaultText, summary, parse: Parse.integer(range), show: { "\($0)" })
  }

  /// Limits of messages: below 1 KiB nothing works, above 1 GiB the transport's own limits come first.
  private static func size(_ name: String, _ defaultText: String, _ summary: String) -> Setting<UInt64> {
    Setting(name, "size", defaultText, summary, parse: Parse.size(1 << 10...1 << 30), show: ByteSizeText.text)
  }
}
