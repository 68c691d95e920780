import TaskModel

/// client.yaml of the prover cluster in both of its forms, with its variables `CLIENT_*`.
struct OriginalClientFile: Sendable {
  /// Nil: the coordinator gives one.
  var proverID: String?
  var upstream: NetworkAddress
  var pollInterval: Duration
  var circuit: String
  /// Where the circuit is named.
  var source: SettingSource
  /// The program that computes the witness; absolute unless it is looked for in PATH.
  var bin: String?
  /// Absolute paths by the name of their key: `r1cs`, `srs_monomial_form`, `srs_lagrange_form`, `vk`.
  var files: [String: String]
  var shown: [ShownSetting]

  /// Nil, with problems reported, if the file cannot be used.
  static func read(_ values: OriginalValues, folder: String) -> OriginalClientFile? {
    guard let root = values.root else { return nil }
    OriginalValues.warnUnknown(root, Schema.originalClient)
    let whole = SettingSource.file(path: root.path, line: 0)
    let name = values.value("prover_id", Parse.text)
    let poll =
      values.value("poll_interval", Parse.integer(1...86_400_000))
      ?? Located(Int(Defaults.pollInterval.wholeMilliseconds), .builtIn)
    let upstream = values.value("upstream", Self.upstream)
    if upstream == nil && values.text("upstream") == nil {
      values.problems.add(whole, "upstream", "the coordinator's address is missing; add upstream: http://HOST:50055")
    }
    let circuit = CircuitReader(values: values, folder: folder).read(root)
    guard let circuit, let upstream else { return nil }
    var file = OriginalClientFile(
      proverID: name?.value, upstream: upstream.value, pollInterval: .milliseconds(poll.value),
      circuit: circuit.name.value, source: circuit.name.source, bin: circuit.bin, files: circuit.files, shown: [])
    file.shown = [
      ShownSetting(
        name: "prover_id", value: name?.value ?? "the coordinator gives one", source: name?.source ?? .builtIn),
      ShownSetting(name: "upstream", value: "http://\(upstream.value)", source: upstream.source),
      ShownSetting(name: "poll_interval", value: "\(poll.value)", source: poll.source),
      ShownSetting(name: "circuit", value: circuit.name.value, source: circuit.name.source),
    ]
    return file
  }

  @Sendable private static func upstream(_ text: String) throws(BadValue) -> NetworkAddress {
    if text.lowercased().hasPrefix("https://") {
      throw BadValue(
        "'\(Redaction.url(text))' asks for TLS, and the original protocol has none; write http://HOST:PORT")
    }
    var rest = text[...]
    // Without a port, http means 80: that is how the cluster's own service is reached.
    var defaultPort = Ports.muster
    if text.lowercased().hasPrefix("http://") {
      rest = rest.dropFirst(7)
      defaultPort = 80
      while rest.hasSuffix("/") { rest.removeLast() }
    }
    do {
      let address = try NetworkAddress.parse(String(rest), defaultPort: defaultPort)
      if address.port > 0 { return address }
    } catch {}
    throw BadValue(
      "'\(Redaction.url(text))' is no address of a coordinator; write http://HOST:PORT, as in http://10.0.0.1:50055")
  }
}
