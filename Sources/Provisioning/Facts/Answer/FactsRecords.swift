/// An answer of ``FactsScript`` taken apart: records of a key and fields, one a line, with tabs between.
///
///     muster-facts  1
///     host          worker1
///     disk          /var/lib/rancher  /  ext4  --  4096  …
///     end
///
/// The first record says the version, the last one that nothing is missing. What is in no table here is refused, so that a machine
/// that answers something else is told from one that answers, and nothing grows without bound.
struct FactsRecords {
  private struct Shape {
    var fields: Int
    var most: Int
  }

  private static let version = "1"
  private static let mostBytes = 2 << 20
  private static let longestField = 512
  private static let shapes: [String: Shape] = [
    "muster-facts": Shape(fields: 1, most: 1), "end": Shape(fields: 0, most: 1),
    "user": Shape(fields: 1, most: 1), "clock": Shape(fields: 1, most: 1),
    "architecture": Shape(fields: 1, most: 1), "kernel": Shape(fields: 1, most: 1),
    "host": Shape(fields: 1, most: 1), "machine": Shape(fields: 1, most: 1), "boot": Shape(fields: 1, most: 1),
    "system": Shape(fields: 4, most: 1), "cores": Shape(fields: 1, most: 1), "memory": Shape(fields: 1, most: 1),
    "swap": Shape(fields: 2, most: 64), "disk": Shape(fields: 9, most: 32),
    "interface": Shape(fields: 3, most: 1000), "address": Shape(fields: 3, most: 2000),
    "route": Shape(fields: 3, most: 100), "listen": Shape(fields: 4, most: 4000), "owner": Shape(fields: 4, most: 4000),
    "cgroup": Shape(fields: 2, most: 1), "modules": Shape(fields: 1, most: 1), "module": Shape(fields: 2, most: 64),
    "selinux": Shape(fields: 2, most: 1), "firewall": Shape(fields: 1, most: 1), "systemd": Shape(fields: 1, most: 1),
    "unit": Shape(fields: 2, most: 32), "wsl": Shape(fields: 1, most: 1), "container": Shape(fields: 1, most: 1),
    "tool": Shape(fields: 2, most: 64), "ssh": Shape(fields: 1, most: 1), "kubernetes": Shape(fields: 2, most: 64),
    "record": Shape(fields: 1, most: 1), "uninstaller": Shape(fields: 1, most: 4), "gpu": Shape(fields: 2, most: 64),
    "nvidia": Shape(fields: 1, most: 1), "nouveau": Shape(fields: 1, most: 1), "lock": Shape(fields: 3, most: 64),
    "interrupted": Shape(fields: 1, most: 1),
    "codename": Shape(fields: 1, most: 1), "apparmor": Shape(fields: 1, most: 1),
  ]

  private var records: [String: [[String]]] = [:]

  /// - Throws: ``FactsFault``.
  init(_ bytes: [UInt8]) throws(FactsFault) {
    guard bytes.count <= Self.mostBytes else { throw FactsFault("it is over \(Self.mostBytes >> 20) MiB") }
    guard bytes.allSatisfy({ (0x20...0x7E).contains($0) || $0 == 0x0A || $0 == 0x09 }) else {
      throw FactsFault("it holds bytes that are no printable ASCII")
    }
    guard bytes.last == 0x0A else { throw FactsFault(bytes.isEmpty ? "it is empty" : "its end is missing") }
    var last = ""
    for (index, line) in bytes.dropLast().split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
      guard last != "end" else { throw FactsFault("something follows its end") }
      let parts = line.split(separator: 0x09, omittingEmptySubsequences: false)
      last = String(decoding: parts.first ?? [], as: UTF8.self)
      try add(last, parts.dropFirst(), line: index + 1)
    }
    guard last == "end" else { throw FactsFault("its end is missing") }
  }

  private mutating func add(_ key: String, _ fields: some Collection<ArraySlice<UInt8>>, line: Int) throws(FactsFault) {
    guard (key == "muster-facts") == (line == 1) else { throw FactsFault("it does not begin as such an answer does") }
    guard let shape = Self.shapes[key] else { throw FactsFault("line \(line) is none that it may have") }
    guard fields.count == shape.fields else { throw FactsFault("line \(line), '\(key)', has \(fields.count) fields") }
    guard fields.allSatisfy({ $0.count <= Self.longestField }) else { throw FactsFault("line \(line) is too long") }
    let texts = fields.map { String(decoding: $0, as: UTF8.self) }
    guard key != "muster-facts" || texts == [Self.version] else {
      throw FactsFault("it has version '\(texts.joined())', not \(Self.version)")
    }
    records[key, default: []].append(texts)
    guard records[key, default: []].count <= shape.most else { throw FactsFault("it has too many lines '\(key)'") }
  }

  /// The fields of every record of this key.
  func all(_ key: String) -> [[String]] { records[key] ?? [] }

  /// The first field of a record that need not be there.
  func text(_ key: String) -> String? { records[key]?.first?.first }

  /// The first field of a record that must be there.
  func required(_ key: String) throws(FactsFault) -> String {
    guard let text = text(key) else { throw FactsFault("'\(key)' is missing") }
    return text
  }
}
