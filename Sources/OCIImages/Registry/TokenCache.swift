import MusterCore

/// The tokens that token services have given, until they expire.
struct TokenCache: Sendable {
  struct Key: Sendable, Hashable {
    let registry: String
    /// Sorted.
    let scopes: [TokenScope]
  }

  private struct Entry {
    let header: Secret<String>
    let expires: Moment
  }
  private var entries: [Key: Entry] = [:]

  static let capacity = 1000

  /// The `Authorization` field of a token that is still good.
  mutating func header(_ key: Key, now: Moment) -> Secret<String>? {
    guard let entry = entries[key] else { return nil }
    if now < entry.expires { return entry.header }
    entries[key] = nil
    return nil
  }

  /// Keeps a token for nine tenths of its life: it must not end on its way.
  ///
  /// - Parameter asked: when it was asked for; its life may have begun then.
  mutating func put(_ header: Secret<String>, _ key: Key, life: Duration, asked: Moment) {
    if entries.count >= Self.capacity { entries = entries.filter { asked < $0.value.expires } }
    if entries.count >= Self.capacity { entries.removeAll() }
    entries[key] = Entry(header: header, expires: asked + life * 0.9)
  }

  /// Forgets a token that was not accepted, unless another has taken its place since.
  mutating func reject(_ header: Secret<String>, _ key: Key) {
    if entries[key]?.header.reveal() == header.reveal() { entries[key] = nil }
  }
}
