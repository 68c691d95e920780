import AsyncHTTPClient
import MusterCore
import NIOCore
import NIOHTTP1

/// One repository of a registry: images can be read from it and written to it.
public struct RegistryRepository: Sendable, CustomStringConvertible {
  let exchange: RegistryExchange
  /// Host, and port unless it is the protocol's own.
  public let registry: String
  /// Without the host: `team/app`.
  public let name: String

  public var description: String { "\(registry)/\(name)" }

  func address(_ rest: String, _ query: [(String, String)] = []) -> WebAddress {
    WebAddress(origin: exchange.origin, path: "/v2/\(name)/\(rest)", query: query)
  }

  func request(
    _ method: HTTPMethod, _ address: WebAddress, _ access: TokenScope.Access = .pull, headers: HTTPHeaders = [:]
  ) -> RegistryRequest {
    RegistryRequest(method: method, address: address, headers: headers, scopes: [TokenScope(name, access)])
  }

  /// The manifests that are understood; a registry may convert to one of these what it has in another form.
  static let acceptedManifests = [MediaType.ociManifest, .ociIndex, .dockerManifest, .dockerList].map(\.rawValue)
  /// What the specification wants registries to take at least.
  static let maximumManifest = 4 << 20

  static func acceptingManifests() -> HTTPHeaders {
    HTTPHeaders([("Accept", acceptedManifests.joined(separator: ", "))])
  }
}
