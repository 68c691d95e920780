import TaskModel

/// coordinator.yaml of the prover cluster, with its variables `COORDINATOR_*` and `DATABASE_URL`.
struct OriginalCoordinatorFile: Sendable {
  struct Circuit: Sendable {
    var name: String
    /// Absolute.
    var vk: String?
    var source: SettingSource
  }
  var address: Located<NetworkAddress>
  /// The URL holds a password: it is only ever shown redacted.
  var database: Located<String>?
  var order: Located<TaskOrder>?
  var circuits: [Circuit] = []

  /// Variables that say by themselves that the original coordinator is wanted.
  static let consenting = ["COORDINATOR_LISTENADDR", "COORDINATOR_PORT", "COORDINATOR_DB", "COORDINATOR_PROVING_ORDER"]

  /// - Parameter folder: absolute folder of the file, or the working directory if there is none.
  static func read(_ values: OriginalValues, folder: String) -> OriginalCoordinatorFile {
    let host = values.value("listenaddr", host)
    let port = values.value("port", port)
    let address = NetworkAddress(host: host?.value ?? "::1", port: port?.value ?? Ports.muster)
    var file = OriginalCoordinatorFile(address: Located(address, port?.source ?? host?.source ?? .builtIn))
    file.order = values.value("proving_order", Parse.choice([("oldest", TaskOrder.oldest), ("latest", .latest)]))
    file.database = values.text("db")
    if file.database == nil, let url = values.input.variable("DATABASE_URL") {
      file.database = Located(url, values.variableSource("DATABASE_URL"))
    }
    if let root = values.root {
      OriginalValues.warnUnknown(root, Schema.originalCoordinator)
      file.circuits = circuits(root, folder: folder, workingFolder: values.input.folder)
    }
    return file
  }

  private static func circuits(_ root: Section, folder: String, workingFolder: String) -> [Circuit] {
    guard let section = root.section("circuits") else { return [] }
    var seen: Set<String> = []
    return section.entries.compactMap { entry in
      guard TaskID(entry.key) != nil else {
        section.report(entry, "'\(entry.key)' cannot be a kind's name: give \(TaskID.rule)")
        return nil
      }
      guard seen.insert(entry.key.lowercased()).inserted else {
        section.report(entry, "another circuit differs only in case, and names do not depend on it; rename one")
        return nil
      }
      let circuit = section.section(entry.node, name: section.fullName(entry.key), source: entry.source)
      if let circuit { OriginalValues.warnUnknown(circuit, Schema.originalCircuit) }
      let vk = circuit?.value("vk", Parse.text)?.value
      if circuit?.has("vk") != true { section.report(entry, "vk is missing; add vk: PATH") }
      return Circuit(
        name: entry.key,
        vk: vk.map { OriginalPath.absolute($0, fileFolder: folder, workingFolder: workingFolder) },
        source: entry.source)
    }
  }

  @Sendable private static func host(_ text: String) throws(BadValue) -> String {
    // With a port of any number the rules are those of every other address.
    let isBareIPv6 = text.contains(":") && !text.hasPrefix("[")
    let address = try? NetworkAddress.parse(isBareIPv6 ? "[\(text)]" : text, defaultPort: 0)
    guard let address, address.port == 0, !text.hasSuffix(":0") else {
      throw BadValue(
        "'\(text)' is no host; give a name or an address, such as 0.0.0.0 or [::1]; the port is a key of its own")
    }
    return address.host
  }

  @Sendable private static func port(_ text: String) throws(BadValue) -> Int {
    if text.hasPrefix("tcp://") {
      throw BadValue(
        "'\(text)' is what Kubernetes sets for a service named coordinator, not a port; rename the service, or set "
          + "enableServiceLinks: false in the pod")
    }
    return try Parse.integer(1...65_535)(text)
  }
}
