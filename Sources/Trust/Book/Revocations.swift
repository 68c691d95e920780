/// Whose certificates are refused, for a look at every connection and call: no I/O.
public struct Revocations: Sendable, Equatable {
  /// By subject: the certificates that were issued since it was revoked, which are good.
  private var since: [String: Set<String>]

  public init(_ subjects: [SubjectRecord] = []) {
    since = [:]
    for subject in subjects where subject.revoked != nil {
      since[subject.identity.subject] = Set(subject.certificates.map(\.serial))
    }
  }

  /// - Parameter serial: of the certificate, in hexadecimal digits.
  public func covers(_ identity: Identity, serial: String) -> Bool {
    guard let good = since[identity.subject] else { return false }
    return !good.contains(serial)
  }

  public var count: Int { since.count }
}
