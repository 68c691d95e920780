import Yams

/// client.yaml of the original protocol, with where the coordinator is.
///
/// What the user gave stays as it was written, comments too; of `upstream` only ours is left, because deploying decides it.
struct ClientFile: Sendable, Hashable {
  let text: String

  /// - Throws: ``WorkerDeploymentError`` if it cannot be read, or describes another circuit than the workers are to serve.
  init(_ given: String?, upstream: String, circuit: String) throws(WorkerDeploymentError) {
    let first = "upstream: \(Self.scalar(upstream))\n"
    guard let given, !given.allSatisfy(\.isWhitespace) else {
      text = first + "circuit: \(Self.scalar(circuit))\n"
      return
    }
    let root = try TopLevel.mapping(of: given, name: "the workers' client.yaml")
    var lines = given.split(separator: "\n", omittingEmptySubsequences: false)
    guard root.style != .flow,
      !lines.contains(where: { $0.hasPrefix("---") || $0.hasPrefix("...") || $0.hasPrefix("%") })
    else {
      throw WorkerDeploymentError(
        .badValue, "the workers' client.yaml is not one plain document; write 'key: value', one a line, without '---'")
    }
    try Self.check(root, circuit)
    var isNamed = false
    let keys = root.map { $0.key }
    for (index, key) in keys.enumerated() {
      if key.scalar?.string == "circuit" { isNamed = true }
      guard key.scalar?.string == "upstream", let start = key.mark?.line else { continue }
      let end = keys.dropFirst(index + 1).first?.mark.map(\.line) ?? lines.count + 1
      guard start >= 1, start <= lines.count, end > start else { continue }
      // Comments that stand before the next key belong to that one.
      for line in start..<min(end, lines.count + 1) where line == start || !Self.isAside(lines[line - 1]) {
        lines[line - 1] = "\u{0}"
      }
    }
    var rest = lines.filter { $0 != "\u{0}" }.joined(separator: "\n")
    if !rest.isEmpty, !rest.hasSuffix("\n") { rest += "\n" }
    text = first + rest + (isNamed ? "" : "circuit: \(Self.scalar(circuit))\n")
  }

  private static func isAside(_ line: Substring) -> Bool {
    let start = line.drop { $0 == " " || $0 == "\t" || $0 == "\r" }
    return start.isEmpty || start.hasPrefix("#")
  }

  /// The workers are told the circuit by `CLIENT_CIRCUIT` too, and refuse to start when the two differ.
  private static func check(_ root: Node.Mapping, _ circuit: String) throws(WorkerDeploymentError) {
    guard let entry = root["circuit"], let named = entry.scalar?.string ?? entry.mapping?["name"]?.scalar?.string,
      named.lowercased() != circuit.lowercased()
    else { return }
    throw WorkerDeploymentError(
      .badValue,
      "the workers' client.yaml describes the circuit '\(named.prefix(64))', and they are to serve '\(circuit)'; set CIRCUIT to the one that is meant"
    )
  }

  /// Plain where every reader sees the text; else in quotes.
  private static func scalar(_ text: String) -> String {
    func isLetter(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte & 0xDF) }
    let isPlain =
      text.utf8.first.map(isLetter) ?? false
      && text.utf8.allSatisfy { isLetter($0) || (0x30...0x39).contains($0) || "-._:/".utf8.contains($0) }
      && !text.hasSuffix(":")
      && !["true", "false", "yes", "no", "on", "off", "null", "y", "n"].contains(text.lowercased())
    if isPlain { return text }
    return "'" + text.filter { !$0.isNewline }.replacing("'", with: "''") + "'"
  }
}
