import MusterCore

/// Takes secrets out of what machines say, before it is told or written.
struct SecretFilter: Sendable {
  private let secrets: [String]

  /// - Parameter secrets: shorter ones than four letters are not looked for: they would hide half of every text.
  init(_ secrets: [Secret<String>]) {
    // The longest first: one may be part of another.
    self.secrets = Set(secrets.map { $0.reveal() }).filter { $0.utf8.count >= 4 }.sorted {
      ($1.utf8.count, $0) < ($0.utf8.count, $1)
    }
  }

  func hide(_ text: String) -> String {
    secrets.reduce(text) { $0.replacing($1, with: "<redacted>") }
  }
}
