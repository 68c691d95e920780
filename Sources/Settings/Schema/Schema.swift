/// Every key of every settings file. `docs/configuration.md` is held against it by a test.
public enum Schema {
  /// Top of `muster.yaml`.
  public static let top: [SettingKey] =
    [listen] + TopSettings.all.map(\.key) + [
      SettingKey("limits", "mapping", "none given", "What outsiders may ask for at most."),
      SettingKey(
        "kinds", "mapping of names to kinds, or list of kinds with `name`", "none", "What tasks are done how."),
    ]

  static let listen = SettingKey(
    "listen", "list of listeners", "127.0.0.1:50055 (beside an original file, 50056)",
    "Where the coordinator listens, and which protocols it speaks there.", isLayered: true)

  /// An item of `listen`.
  public static let listener = [
    SettingKey("address", "HOST:PORT", "required", "Where to listen; port 0 takes a free one."),
    SettingKey(
      "protocols", "list of `muster` and `original`", "muster (under `muster up` on loopback, both)",
      "Muster's own protocol, the original prover cluster's, or both."),
    SettingKey(
      "tls", "true or false", "true, if there is a certificate (under `muster up` on loopback, false)",
      "Whether it speaks TLS, and wants a certificate of everybody who calls."),
    SettingKey(
      "allow", "list of address ranges", "from everywhere", "From where calls are taken, such as `[10.0.0.0/8]`."),
    SettingKey(
      "kinds", "list of names", "all", "The only kinds that callers of the original protocol get on this listener."),
  ]

  /// `limits`.
  public static let limits = [
    SettingKey("maxConnections", "whole number, 1 to 1000000", "16384", "Connections at once, to all listeners."),
    SettingKey("maxConnectionsPerAddress", "whole number, 1 to 1000000", "4096", "Those of one address."),
    SettingKey(
      "maxHandshakes", "whole number, 1 to 1000000", "1000",
      "New connections a second; ten times as many may come at once."),
    SettingKey("maxHandshakesPerAddress", "whole number, 1 to 1000000", "250", "Those of one address."),
    SettingKey("maxStreams", "whole number, 1 to 100000", "2000", "Calls at once over one connection."),
    SettingKey("maxBacklog", "whole number, 1 to 100000000", "1000000", "Unfinished tasks of one namespace."),
    SettingKey("maxBacklogSize", "size", "16GiB", "Bytes of their inputs."),
    SettingKey("maxFollowed", "whole number, 1 to 100000000", "1000000", "Tasks that one call may follow."),
    SettingKey(
      "slowReader", "duration", "1m",
      "How long a peer may take to read what it asked for, before its connection is cut."),
    SettingKey("maxLog", "size", "1MiB", "Bytes that are kept of the log of an attempt."),
  ]

  /// A kind.
  public static let kind = [
    SettingKey("name", "word", "required in the list form", "What tasks call the kind."),
    SettingKey("executor", "argv", "none", "The program that does a task."),
    SettingKey("stages", "list of argvs", "none", "Several programs, one after the other, in one directory."),
    SettingKey(
      "verifier", "argv, or none", "none given", "The program that judges a result; only a coordinator runs it."),
    SettingKey("prove", "argv", "none", "Second stage of a circuit that an original client.yaml describes."),
    SettingKey("vk", "path", "none", "The verification key, for the placeholder `{vk}`."),
    SettingKey("placeholders", "mapping of words to paths", "none", "Files of your own for placeholders of your own."),
    SettingKey("environment", "list of names", "none", "Variables of the worker's environment that its executors see."),
    SettingKey(
      "sandbox", "none, user or isolated", "none", "What surrounds the kind's executors and its verifier."),
    SettingKey("user", "name or number of a user", "nobody", "Who runs them in a sandbox."),
    SettingKey("lease", "duration", "10m", "How long a task stays with a client of the original protocol."),
    SettingKey("timeout", "duration", "none", "Bound on the run time of one attempt, all stages together."),
    SettingKey(
      "maxAttempts", "whole number, 1 to 1000", "3", "How many started attempts may fail before the task fails."),
    SettingKey("backoff", "duration, or mapping", "1s, doubling, at most 1m", "The wait before the next attempt."),
    SettingKey("slots", "whole number, 1 to 65535", "1", "Slots that a task takes."),
    SettingKey("memory", "size", "0, no limit", "Memory that a task takes, and may not exceed."),
    SettingKey("gpus", "whole number, 0 to 1024", "0", "GPUs that a task takes."),
    SettingKey("order", "oldest, latest or priority", "oldest", "Which queued task of one priority goes first."),
    SettingKey("keep", "duration", "the top `keep`", "How long a task of this kind stays after it has ended."),
  ]

  /// The mapping form of `backoff`.
  public static let backoff = [
    SettingKey("initial", "duration", "1s", "The wait after the first failed attempt."),
    SettingKey("factor", "number, 1 to 100", "2", "By what the wait grows with every further one."),
    SettingKey("limit", "duration", "1m", "The longest wait."),
  ]

  /// The prover cluster's coordinator.yaml.
  public static let originalCoordinator = [
    SettingKey("listenaddr", "host", "[::1]", "Where the original protocol is served."),
    SettingKey("port", "whole number, 1 to 65535", "50055", "Its port."),
    SettingKey("db", "PostgreSQL URL", "none", "The database whose table `task` holds the tasks."),
    SettingKey("proving_order", "oldest or latest", "oldest", "Becomes the circuits' `order`."),
    SettingKey("circuits", "mapping of names to circuits", "none", "Become kinds."),
  ]

  /// A circuit of coordinator.yaml.
  public static let originalCircuit = [
    SettingKey("vk", "path", "required", "The circuit's verification key.")
  ]

  /// The prover cluster's client.yaml, both forms.
  public static let originalClient = [
    SettingKey("prover_id", "word", "the coordinator gives one", "What the client calls itself."),
    SettingKey("upstream", "http://HOST:PORT", "required", "The coordinator; without a port, 80."),
    SettingKey("poll_interval", "milliseconds", "10000", "How often it asks for work."),
    SettingKey("srs_monomial_form", "path", "none", "A file of the proof system."),
    SettingKey("circuit", "mapping, or a name in the older form", "required", "What it proves."),
    SettingKey("r1cs", "path", "none", "Older form: the circuit's constraints."),
    SettingKey("srs_lagrange_form", "path", "none", "Older form: a file of the proof system."),
    SettingKey("vk", "path", "none", "Older form: the verification key."),
  ]

  /// The mapping form of `circuit` in client.yaml.
  public static let originalClientCircuit = [
    SettingKey("name", "word", "required", "The circuit's name."),
    SettingKey("bin", "path", "none", "The program that computes the witness: the first stage."),
    SettingKey("r1cs", "path", "none", "The circuit's constraints."),
    SettingKey("srs_lagrange_form", "path", "none", "A file of the proof system."),
  ]
}
