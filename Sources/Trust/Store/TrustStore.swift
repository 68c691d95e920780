import Foundation

/// Keeps tokens and identities: small records by key, changed in transactions one after the other.
///
/// What is kept, and by which rules, is ``TrustBook``'s.
public protocol TrustStore: Sendable {
  /// Whether other coordinators change it too, so that what was read has to be looked at again.
  var isShared: Bool { get }

  /// Runs `body` in a transaction that sees all earlier ones. What it changed is on disk when this returns, and undone if
  /// it throws.
  ///
  /// - Throws: what `body` throws; ``TrustError`` (`trust_store_unavailable`).
  func transact<R: Sendable>(_ body: @escaping @Sendable (any TrustRows) throws -> R) async throws -> R

  func close() async
}

/// The records of one transaction.
public protocol TrustRows {
  func value(_ key: String) throws -> Data?
  /// - Parameter value: nil removes the record.
  func set(_ key: String, _ value: Data?) throws
  /// All whose key begins so, in order of their keys.
  func values(under prefix: String) throws -> [(key: String, value: Data)]
}
