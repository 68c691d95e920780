import Foundation

/// The exchanges of one test with a server that is newer than the one that tests can build, as a file of JSON lines in
/// `Tests/Kubernetes/recorded`.
struct Recording: Sendable {
  /// The first line.
  private struct Head: Codable {
    /// As `v1.36.2`.
    var server: String
  }

  /// Stands for the namespace of the test, which has another name on each real server.
  static let namespace = "newer-recorded"

  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Kubernetes/recorded")

  var server: String
  var exchanges: [Exchange]

  init(server: String, exchanges: [Exchange]) {
    self.server = server
    self.exchanges = exchanges
  }

  init(contentsOf file: URL) throws {
    let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
    let decoder = JSONDecoder()
    server = try decoder.decode(Head.self, from: Data((lines.first ?? "").utf8)).server
    exchanges = try lines.dropFirst().map { try decoder.decode(Exchange.self, from: Data($0.utf8)) }
  }

  /// - Parameter namespace: the real one, which gets the name that all recordings have.
  func write(to file: URL, namespace: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let lines = try [encoder.encode(Head(server: server))] + exchanges.map { try encoder.encode($0) }
    let text = lines.map { String(decoding: $0, as: UTF8.self) + "\n" }.joined()
      .replacing(namespace, with: Self.namespace)
    try text.write(to: file, atomically: true, encoding: .utf8)
  }
}
