import AsyncHTTPClient
import MusterCore
import NIOHTTP1

/// Speaks with registries in the OCI distribution protocol.
///
/// One client holds the connections and tokens of all registries that a program speaks with. Close it when it is not needed any more.
///
/// Source of the protocol: OCI distribution specification 1.1, and the token authentication of the distribution project.
public final class RegistryClient: Sendable {
  private let configuration: RegistryConfiguration
  private let link: HTTPLink
  private let authenticator: Authenticator

  public init(_ configuration: RegistryConfiguration = RegistryConfiguration()) {
    self.configuration = configuration
    link = HTTPLink(configuration)
    authenticator = Authenticator(link: link, configuration: configuration)
  }

  /// Lends a client and closes it afterwards.
  public static func with<Result>(
    _ configuration: RegistryConfiguration = RegistryConfiguration(),
    isolation: isolated (any Actor)? = #isolation, _ work: (RegistryClient) async throws -> Result
  ) async throws -> Result {
    let client = RegistryClient(configuration)
    do {
      let result = try await work(client)
      await client.close()
      return result
    } catch {
      await client.close()
      throw error
    }
  }

  /// Ends all connections.
  public func close() async { try? await link.close() }

  /// The repository that a reference names; its tag and digest do not matter here.
  public func repository(_ reference: ImageReference) -> RegistryRepository {
    RegistryRepository(exchange: exchange(reference.registry), registry: reference.registry, name: reference.repository)
  }

  /// Asks whether there is a registry that speaks the protocol and lets us in.
  ///
  /// - Parameter registry: host, and port unless it is the protocol's own.
  /// - Throws: ``OCIError``.
  public func check(registry: String) async throws {
    guard ReferenceGrammar.isRegistry(registry) else {
      throw OCIError(
        .badReference,
        "'\(ImageReference.shown(registry))' is no registry; write a host, and a port after a colon if it needs one")
    }
    let exchange = exchange(registry.lowercased())
    let what = "its version"
    let request = RegistryRequest(method: .GET, address: WebAddress(origin: exchange.origin, path: "/v2/"), scopes: [])
    let (head, body) = try await exchange.whole(request, upTo: RegistryErrors.maximumBytes, what: what)
    switch head.status.code {
    case 200: return
    case 404:
      throw OCIError(
        .unsupported,
        "\(registry) does not speak the OCI distribution protocol (there is no '/v2/'); see that it is a registry")
    default: throw exchange.failure(head, body, what: what)
    }
  }

  private func exchange(_ registry: String) -> RegistryExchange {
    RegistryExchange(registry: registry, link: link, authenticator: authenticator, configuration: configuration)
  }
}
