import Foundation
import MusterCore

extension KubeconfigEntry {
  /// What a user's entry says about who asks.
  func credentials(
    for configuration: ClientConfiguration, of cluster: KubeconfigEntry, _ environment: [String: String],
    _ time: any Timekeeper
  ) throws(KubernetesError) -> any CredentialSource {
    if let provider = fields["auth-provider"], !provider.isNull {
      throw error(
        "auth-provider", "such providers are no longer part of Kubernetes; use 'exec' with the provider's program")
    }
    let authorization = try authorization()
    let tokenFile = try path("tokenFile")
    let certificate = try certificateFiles(time)
    if authorization == nil, tokenFile == nil, let exec = fields["exec"], !exec.isNull {
      if certificate != nil { throw error("exec", "a client certificate stands there too; keep one of the two") }
      let plugin = try ExecPlugin(reading: exec, of: self, configuration, cluster)
      return ExecCredentials(plugin, environment: environment, time: time)
    }
    if tokenFile == nil, certificate?.isFixed ?? true {
      return FixedCredentials(Credentials(authorization: authorization, certificate: try certificate?.read()))
    }
    // Read now, so that a wrong path is told before the first request.
    _ = try certificate?.read()
    return FileCredentials(authorization: authorization, tokenFile: tokenFile, certificate: certificate, time: time)
  }

  private func authorization() throws(KubernetesError) -> Secret<String>? {
    let token = try secret("token")
    let password = try secret("password")
    guard let user = try text("username") else {
      if password != nil { throw error("username", "it is missing, and a password stands there") }
      return token.map { Secret("Bearer \($0.reveal())") }
    }
    if token != nil { throw error("token", "a username stands there too; keep one of the two") }
    let pair = Data("\(user):\(password?.reveal() ?? "")".utf8).base64EncodedString()
    return Secret("Basic \(pair)")
  }

  private func certificateFiles(_ time: any Timekeeper) throws(KubernetesError) -> CertificateFiles? {
    func part(_ field: String) throws(KubernetesError) -> CertificateFiles.Part? {
      let inline = try data("\(field)-data")
      let path = try path(field)
      if inline != nil, path != nil { throw error(field, "'\(field)-data' stands there too; keep one of the two") }
      return inline.map { .text(Secret($0)) } ?? path.map { .file($0) }
    }
    let chain = try part("client-certificate")
    let key = try part("client-key")
    switch (chain, key) {
    case (nil, nil): return nil
    case (let chain?, let key?): return CertificateFiles(chain: chain, key: key, entry: self)
    case (nil, _): throw error("client-certificate", "it is missing, and a client's key stands there")
    case (_, nil): throw error("client-key", "it is missing, and a client's certificate stands there")
    }
  }

  func impersonation() throws(KubernetesError) -> Impersonation? {
    let user = try text("as")
    let uid = try text("as-uid")
    let groups = try texts("as-groups")
    var extra: [String: [String]] = [:]
    switch fields["as-user-extra"] {
    case nil, .null?: break
    case .object(let members)?:
      for (key, value) in members {
        guard case .array(let values) = value else { throw error("as-user-extra", "'\(key.prefix(64))' is not a list") }
        extra[key] = values.compactMap(\.string)
        guard extra[key]?.count == values.count else {
          throw error("as-user-extra", "one of the elements of '\(key.prefix(64))' is not a string; put it in quotes")
        }
      }
    default: throw error("as-user-extra", "it is no mapping of names to lists")
    }
    if user == nil, uid == nil, groups.isEmpty, extra.isEmpty { return nil }
    guard user != nil else { throw error("as", "it is missing; a server treats nobody as a group without a user") }
    return Impersonation(user: user, uid: uid, groups: groups, extra: extra)
  }
}
