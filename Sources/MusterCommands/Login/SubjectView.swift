import CoordinatorAPI
import MusterCore
import Terminal

/// Who somebody is at a coordinator, as `login`, `worker join` and `whoami` print it.
struct SubjectView: Encodable {
  let name: String
  let role: String
  let namespace: String?
  let kinds: [String]
  let coordinator: String?
  let identity: String?
  let expires_unix_ms: Int64
  let revoked_unix_ms: Int64?

  init(_ subject: Muster_V1_Subject, at address: CoordinatorAddress? = nil, folder: String? = nil) {
    name = subject.name
    role = subject.role
    namespace = subject.namespace.isEmpty ? nil : subject.namespace
    kinds = subject.kinds
    coordinator = address?.description
    identity = folder
    expires_unix_ms = subject.expiresUnixMs
    revoked_unix_ms = subject.revokedUnixMs == 0 ? nil : subject.revokedUnixMs
  }

  static func print(
    _ subject: Muster_V1_Subject, at address: CoordinatorAddress, folder: String, more: [(String, Cell)] = [],
    _ output: Output
  ) throws {
    var facts: [(String, Cell)] = [("name", Cell(subject.name)), ("role", Cell(subject.role))]
    if !subject.namespace.isEmpty { facts.append(("namespace", Cell(subject.namespace))) }
    if !subject.kinds.isEmpty { facts.append(("kinds", Cell(subject.kinds.joined(separator: ", ")))) }
    facts.append(("coordinator", Cell(address.description)))
    facts.append(("certificate", Cell("\(folder)/cert.pem")))
    if subject.expiresUnixMs > 0 {
      facts.append(("valid until", Cell(TimeWords.utc(Timestamp(milliseconds: subject.expiresUnixMs)))))
    }
    try output.render(
      SubjectView(subject, at: address, folder: folder), table: Table(facts: facts + more), ids: [subject.name])
  }
}
