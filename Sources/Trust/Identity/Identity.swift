import Certificates
import TaskModel
import X509

/// Who somebody is, as his certificate says: the common name, and URIs of the subject alternative name.
///
/// `urn:muster:role:ROLE` once; `urn:muster:namespace:NAME` at most once; `urn:muster:kind:KIND` any number of times. An
/// authority of the user's own can write the same: docs/security.md.
public struct Identity: Sendable, Hashable, Codable {
  /// In the form of a task's id; unique in its role's group.
  public var name: String
  public var role: Role
  /// Whose tasks a submitter's are; nil for all other roles.
  public var namespace: String?
  /// The only kinds that it may serve, or hand in; nil: any.
  public var kinds: [String]?

  public init(name: String, role: Role, namespace: String? = nil, kinds: [String]? = nil) {
    self.name = name
    self.role = role
    self.namespace = role == .submit ? namespace ?? name : nil
    self.kinds = kinds
  }

  /// Bytes: X.509 bounds a common name to 64 characters.
  public static let longestName = 64

  private static let rolePrefix = "urn:muster:role:"
  private static let namespacePrefix = "urn:muster:namespace:"
  private static let kindPrefix = "urn:muster:kind:"

  /// What a certificate says of its holder; nil if it says nothing that Muster understands. That somebody who is trusted
  /// signed it is the caller's to see to.
  public init?(_ certificate: Certificate) {
    let uris = certificate.uris
    func values(_ prefix: String) -> [String] {
      uris.filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }
    }
    let roles = values(Self.rolePrefix)
    let namespaces = values(Self.namespacePrefix)
    let kinds = values(Self.kindPrefix)
    // Two roles, or a part that is not understood, could mean more than was meant: such a certificate says nothing.
    guard roles.count == 1, let role = Role(rawValue: roles[0]), namespaces.count <= 1,
      uris.count == roles.count + namespaces.count + kinds.count,
      (namespaces + kinds + [certificate.commonName]).allSatisfy({ TaskID($0) != nil })
    else { return nil }
    self.init(
      name: certificate.commonName, role: role, namespace: namespaces.first, kinds: kinds.isEmpty ? nil : kinds)
  }

  /// For the certificate.
  public var uris: [String] {
    [Self.rolePrefix + role.rawValue] + (namespace.map { [Self.namespacePrefix + $0] } ?? [])
      + (kinds ?? []).map { Self.kindPrefix + $0 }
  }

  /// `worker 'node1'`, `user 'ada' (submit)`, in sentences.
  public var words: String { role == .worker ? "worker '\(name)'" : "user '\(name)' (\(role.rawValue))" }

  /// Names the subject among all.
  public var subject: String { "\(role.group.rawValue)/\(name)" }

  public func mayUse(kind: String) -> Bool { kinds?.contains(kind) ?? true }
}
