/// A machine as a node of the cluster.
public struct WantedNode: Sendable, Hashable {
  public var name: String
  public var labels: [String: String]
  /// Key, and value with effect: `dedicated` → `computation:NoSchedule`.
  public var taints: [String: String]

  public init(name: String, labels: [String: String] = [:], taints: [String: String] = [:]) {
    self.name = name
    self.labels = labels
    self.taints = taints
  }

  /// The labels that a node may give itself: kubelet does not start with others under kubernetes.io and k8s.io.
  var ownLabels: [String: String] {
    labels.filter { label in
      let domain = label.key.split(separator: "/").first.map(String.init) ?? ""
      return !["kubernetes.io", "k8s.io"].contains { domain == $0 || domain.hasSuffix(".\($0)") }
    }
  }

  /// The name of a node for a machine of this name: lower-case letters, digits, `-` and `.`; nil if nothing is left.
  static func name(for machine: String) -> String? {
    var name = String(
      machine.lowercased().map { character in
        guard character.isASCII, character.isLetter || character.isNumber || ".-".contains(character) else {
          return "-"
        }
        return character
      })
    name = name.split(separator: ".").map { part in
      var part = part
      while part.hasPrefix("-") { part = part.dropFirst() }
      while part.hasSuffix("-") { part = part.dropLast() }
      return String(part)
    }.filter { !$0.isEmpty }.joined(separator: ".")
    return name.isEmpty || name.utf8.count > 253 ? nil : name
  }
}
