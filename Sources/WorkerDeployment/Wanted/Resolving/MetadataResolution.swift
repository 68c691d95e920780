import Kubernetes

/// Variables, labels and annotations that users add to the workers' pods.
struct MetadataResolution {
  private let reader: ValueReader

  init(_ reader: ValueReader) { self.reader = reader }

  /// Those that the deployment sets, and how to say them instead.
  private static let ours = [
    "CLIENT_UPSTREAM": "'coordinator' or 'upstream'", "CLIENT_CIRCUIT": "'circuit'", "CLIENT_CONFIG": "'clientFile'",
    "CLIENT_PROVER_ID": "nothing: it is the pod's name", "MUSTER_COORDINATOR": "'coordinator' or 'upstream'",
    "MUSTER_NAME": "nothing: it is the pod's name", "MUSTER_CONFIG": "'workerFile'",
    "MUSTER_IDENTITY": "'joinTokenFile'",
    "MUSTER_STATE": "'scratch'",
  ]
  /// Whoever may read the deployment would read them.
  private static let secrets: Set = ["MUSTER_TOKEN", "MUSTER_JOIN_TOKEN", "IMAGE_AUTH_PASSWORD", "DATABASE_URL"]

  func environment() -> [String: String] {
    entries(.environment) { name, _ in
      func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) || byte == 0x5F }
      guard let first = name.utf8.first, isLetter(first), name.utf8.count <= 256,
        name.utf8.allSatisfy({ isLetter($0) || (0x30...0x39).contains($0) || $0 == 0x2D || $0 == 0x2E })
      else { return "it is no name of a variable; write letters, digits and '_', as in RUST_LOG" }
      if Self.secrets.contains(name) { return "it is a secret, and everybody who may look at the pods would see it" }
      return Self.ours[name].map { "Muster sets this variable itself; say \($0) instead" }
    }
  }

  func labels() -> [String: String] {
    entries(.labels) { name, value in
      if let fault = Self.keyFault(name) { return fault }
      if [WorkerNames.role.key, WorkerNames.app, WorkerNames.stage, WorkerNames.managedBy.key].contains(name) {
        return "Muster sets this label itself"
      }
      return NameRules.labelValueFault(value).map { "\(BadText.quoted(value)) cannot be the value of a label: \($0)" }
    }
  }

  func annotations() -> [String: String] {
    let annotations = entries(.annotations) { name, _ in Self.keyFault(name) }
    // Kubernetes' own bound on all annotations of an object, with room for those that others add.
    if annotations.reduce(0, { $0 + $1.key.utf8.count + $1.value.utf8.count }) > 128 << 10,
      let source = reader.entries(.annotations).values.first?.source
    {
      reader.problems.add(source, ValueMap.annotations.rawValue, "all of them together have over 128 KiB")
    }
    return annotations
  }

  private static func keyFault(_ name: String) -> String? {
    if let fault = NameRules.labelKeyFault(name) { return "it is no key: \(fault)" }
    return name.hasPrefix("muster.dev/") ? "keys of 'muster.dev' are Muster's own" : nil
  }

  /// - Parameter fault: of a name and its text; nil if they are taken.
  private func entries(_ map: ValueMap, _ fault: (String, String) -> String?) -> [String: String] {
    var entries: [String: String] = [:]
    for (name, text) in reader.entries(map).sorted(by: { $0.key < $1.key }) {
      let reason = text.value.utf8.contains(0) ? "the value has a NUL character" : fault(name, text.value)
      if let reason {
        let subject = if case .flag = text.source { "\(BadText.shown(name)): " } else { "" }
        reader.problems.add(text.source, "\(map.rawValue).\(BadText.shown(name))", subject + reason)
      } else {
        entries[name] = text.value
      }
    }
    return entries
  }
}
