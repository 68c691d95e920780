import Foundation
import Kubernetes

/// What is known of a secret with which nodes pull: for which hosts it is, and nothing of what it holds.
public enum PullSecret: Sendable, Hashable {
  case missing
  /// It holds logins for these hosts.
  case hosts([String])
  /// It is there, and no login can be read from it.
  case unreadable

  /// The most that is read of it: a secret is at most 1 MiB.
  private struct Logins: Decodable {
    var auths: [String: JSONValue]?
  }

  /// Source of the format: `kubernetes.io/dockerconfigjson`, `{"auths": {"HOST": {…}}}`.
  init(_ secret: SecretObject) {
    guard let bytes = secret.data?[".dockerconfigjson"]?.reveal(), bytes.count <= 1 << 20,
      let hosts = try? JSONDecoder().decode(Logins.self, from: bytes).auths?.keys
    else {
      self = .unreadable
      return
    }
    self = .hosts(hosts.map { Wording.cleaned($0, limit: 200) }.sorted())
  }

  /// Whether it holds a login for a host. Kubelets also take a URL, and a host with a `*` in one of its parts.
  func serves(_ host: String) -> Bool {
    guard case .hosts(let hosts) = self else { return false }
    return hosts.contains { Self.pattern($0, matches: host) }
  }

  private static func pattern(_ text: String, matches host: String) -> Bool {
    var pattern = text[...]
    for scheme in ["https://", "http://"] where pattern.hasPrefix(scheme) { pattern = pattern.dropFirst(scheme.count) }
    pattern = pattern.prefix { $0 != "/" }
    let parts = pattern.split(separator: ".", omittingEmptySubsequences: false)
    let given = host.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == given.count && zip(parts, given).allSatisfy { $0 == "*" || $0 == $1 }
  }
}
