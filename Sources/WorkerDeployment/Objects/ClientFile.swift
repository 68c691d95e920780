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
    // As one character, which it is to Swift, a line's end of Windows would hide that a line ends.
    let plain = given.replacing("\r\n", with: "\n")
    let root = try TopLevel.mapping(of: plain, name: "the workers' client.yaml")
    try Self.check(root, circuit)
    let isNamed = root["circuit"] != nil
    text = first + Self.withoutUpstream(plain, root) + (isNamed ? "" : "circuit: \(Self.scalar(circuit))\n")
    // Whatever form it had: what comes out is read as we mean it, or is not used.
    let made = try? TopLevel.mapping(of: text, name: "")
    guard let made, made["upstream"]?.scalar?.string == upstream, made.count == root.count + Self.added(to: root),
      !plain.split(separator: "\n").contains(where: { $0.hasPrefix("---") || $0.hasPrefix("...") })
    else {
      throw WorkerDeploymentError(
        .badValue,
        "the workers' client.yaml is not one plain document; write 'key: value', one a line, without braces around and without '---'"
      )
    }
  }

  private static func added(to root: Node.Mapping) -> Int {
    (root["upstream"] == nil ? 1 : 0) + (root["circuit"] == nil ? 1 : 0)
  }

  private static func withoutUpstream(_ given: String, _ root: Node.Mapping) -> String {
    let lines = given.split(separator: "\n", omittingEmptySubsequences: false)
    let starts = root.map { ($0.key.scalar?.string ?? "", $0.key.mark?.line ?? 1) }
    guard let index = starts.firstIndex(where: { $0.0 == "upstream" }) else { return ended(lines[...].map { $0 }) }
    let start = starts[index].1
    let end = min(starts.dropFirst(index + 1).first?.1 ?? lines.count + 1, lines.count + 1)
    let kept = lines.enumerated().filter { line, text in
      // Comments that stand before the next key belong to that one.
      let number = line + 1
      return number < start || number >= end || (number > start && isAside(text))
    }
    return ended(kept.map(\.element))
  }

  private static func ended(_ lines: [Substring]) -> String {
    let text = lines.joined(separator: "\n")
    return text.isEmpty || text.hasSuffix("\n") ? text : text + "\n"
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
