import MusterCore

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A file with credentials of registries, as docker (`config.json`) and podman (`auth.json`) write it.
///
/// Source of the format: the manual pages `docker-login(1)` and `containers-auth.json(5)`.
struct AuthFile: Sendable {
  private let entries: [String: Entry]
  /// A helper that has everything (docker).
  private let store: String?
  /// Helpers by registry, or by registry and start of the repository.
  private let helpers: [String: String]
  private let name: String

  static let maximumBytes = 1 << 20

  private struct Entry: Sendable {
    var credentials: RegistryCredentials
  }

  /// What a file says about a repository.
  enum Answer: Sendable {
    case credentials(RegistryCredentials)
    /// The helper of this name has to be asked for the credentials of `key`.
    case helper(String, key: String)
  }

  /// - Parameter name: for errors: the file.
  /// - Throws: ``OCIError`` (`registry_credentials`); what the file holds is in no message.
  init(_ bytes: [UInt8], name: String) throws(OCIError) {
    guard bytes.count <= Self.maximumBytes else {
      throw OCIError(.credentials, "the file of credentials '\(name)' is larger than 1 MiB; give another one")
    }
    let form: Form
    do {
      form = try JSONDecoder().decode(Form.self, from: Data(bytes))
    } catch let error as OCIError {
      throw OCIError(.credentials, "the file of credentials '\(name)' cannot be used: \(error.message)")
    } catch {
      throw OCIError(
        .credentials, "the file of credentials '\(name)' is not of the form that docker and podman write; log in again")
    }
    var entries: [String: Entry] = [:]
    for (key, value) in form.auths ?? [:] {
      guard let credentials = try value.credentials(key: key, file: name) else { continue }
      let normal = Self.normal(key)
      // A key that is a plain name beats an old address of the same registry.
      if normal == key || entries[normal] == nil { entries[normal] = Entry(credentials: credentials) }
    }
    self.entries = entries
    store = form.credsStore.flatMap { $0.isEmpty ? nil : $0 }
    helpers = Dictionary((form.credHelpers ?? [:]).map { (Self.normal($0.key), $0.value) }) { first, _ in first }
    self.name = name
  }

  /// The answer of the longest key that fits: `host/team/app` before `host/team` before `host`.
  func answer(registry: String, repository: String) -> Answer? {
    var keys = ["\(registry)/\(repository)"]
    while let last = keys.last, let slash = last.lastIndex(of: "/") { keys.append(String(last[..<slash])) }
    var store = store
    for key in keys {
      if let helper = helpers[key] {
        if !helper.isEmpty { return .helper(helper, key: key) }
        // An empty name: no helper for these, not even the one that has the rest.
        store = nil
      }
      if let entry = entries[key] { return .credentials(entry.credentials) }
    }
    return store.map { .helper($0, key: registry) }
  }

  /// Old files of docker's have whole addresses (`https://registry.example/v1/`) as keys.
  static func normal(_ key: String) -> String {
    for scheme in ["https://", "http://"] where key.lowercased().hasPrefix(scheme) {
      return String(key.dropFirst(scheme.count).prefix { $0 != "/" }).lowercased()
    }
    guard let slash = key.firstIndex(of: "/") else { return key.lowercased() }
    let rest = key[slash...]
    return key[..<slash].lowercased() + (rest.hasSuffix("/") ? rest.dropLast() : rest)
  }

  private struct Form: Decodable {
    let auths: [String: AuthValue]?
    let credsStore: String?
    let credHelpers: [String: String]?
  }

  private struct AuthValue: Decodable {
    let auth: String?
    let username: String?
    let password: String?
    let identitytoken: String?
    let registrytoken: String?

    /// Nil: an empty entry, as docker leaves it when a helper has the credentials.
    func credentials(key: String, file: String) throws(OCIError) -> RegistryCredentials? {
      if let token = identitytoken, !token.isEmpty { return .identityToken(Secret(token)) }
      if let token = registrytoken, !token.isEmpty { return .registryToken(Secret(token)) }
      if let auth, !auth.isEmpty {
        // Docker pads a password with zero bytes now and then.
        guard let data = Data(base64Encoded: auth), let text = String(bytes: data, encoding: .utf8),
          let colon = text.firstIndex(of: ":")
        else {
          throw OCIError(
            .credentials,
            "in the file of credentials '\(file)' the entry of '\(ImageReference.shown(key))' is not 'user:password' in base64; log in again"
          )
        }
        var password = text[text.index(after: colon)...]
        while password.hasSuffix("\0") { password.removeLast() }
        return .password(user: String(text[..<colon]), password: Secret(String(password)))
      }
      guard let username, let password, !username.isEmpty else { return nil }
      return .password(user: username, password: Secret(password))
    }
  }
}
