import MusterCore
import NIOHTTP1

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What is sent to a token service.
///
/// Source of the two forms: the token and the OAuth2 authentication specifications of the distribution project.
struct TokenRequest: Sendable {
  let method: HTTPMethod
  let address: WebAddress
  let headers: HTTPHeaders
  /// A form; nil: there is none. May hold a secret.
  let form: Secret<String>?

  init(realm: WebAddress, service: String?, scopes: [String], credentials: RegistryCredentials?, client: String) {
    var headers = HTTPHeaders()
    var address = realm
    if case .identityToken(let token)? = credentials {
      var fields = [("grant_type", "refresh_token"), ("client_id", client), ("refresh_token", token.reveal())]
      if let service { fields.append(("service", service)) }
      if !scopes.isEmpty { fields.append(("scope", scopes.joined(separator: " "))) }
      form = Secret(fields.map { "\($0.0)=\(WebAddress.encoded($0.1))" }.joined(separator: "&"))
      headers.add(name: "Content-Type", value: "application/x-www-form-urlencoded")
      method = .POST
    } else {
      if let service { address.add("service", service) }
      for scope in scopes { address.add("scope", scope) }
      if case .password(let user, let password)? = credentials {
        address.add("account", user)
        headers.add(name: "Authorization", value: Self.basic(user: user, password: password).reveal())
      }
      form = nil
      method = .GET
    }
    self.address = address
    self.headers = headers
  }

  static func basic(user: String, password: Secret<String>) -> Secret<String> {
    Secret("Basic " + Data("\(user):\(password.reveal())".utf8).base64EncodedString())
  }
}
