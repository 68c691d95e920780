import Logging
import MusterCore

/// How registries are spoken to.
public struct RegistryConfiguration: Sendable {
  /// By name, as in ``ImageReference/registry``.
  public var hosts: [String: RegistryHost]
  /// For every host that is not named in ``hosts``, also those that a registry redirects to.
  public var otherHosts: RegistryHost
  public var credentials: any RegistryCredentialSource
  /// Bytes of a blob in one request; a larger blob is sent in several, so that a broken one costs no more than that.
  /// At least 64 KiB.
  public var chunkBytes: Int64
  /// How long a server may be silent.
  public var patience: Duration
  public var connectTimeout: Duration
  /// How long the whole body of a small answer (a manifest, a list, a token) may take.
  var smallAnswerTime = Duration.seconds(60)
  public var userAgent: String
  public var time: any Timekeeper
  public var logger: Logger?
  /// How often and how soon a failed request is sent again.
  var retries = RetryPlan()

  public init(
    hosts: [String: RegistryHost] = [:], otherHosts: RegistryHost = RegistryHost(),
    credentials: any RegistryCredentialSource = AnonymousAccess(), chunkBytes: Int64 = 64 << 20,
    patience: Duration = .seconds(120), connectTimeout: Duration = .seconds(10), userAgent: String = "muster",
    time: any Timekeeper = SystemTime(), logger: Logger? = nil
  ) {
    self.hosts = hosts
    self.otherHosts = otherHosts
    self.credentials = credentials
    self.chunkBytes = max(chunkBytes, 65_536)
    self.patience = patience
    self.connectTimeout = connectTimeout
    self.userAgent = userAgent
    self.time = time
    self.logger = logger
  }

  /// - Parameter registry: host, and port unless it is the protocol's own.
  func host(_ registry: String) -> RegistryHost { named(registry) ?? otherHosts }

  /// Whether the protocol's own port is written or not, it is the same host.
  func host(_ origin: WebAddress.Origin) -> RegistryHost {
    named(origin.authority) ?? hosts["\(origin.host):\(origin.port)"] ?? otherHosts
  }

  private func named(_ registry: String) -> RegistryHost? {
    let other = registry.hasSuffix(":443") ? String(registry.dropLast(4)) : "\(registry):443"
    return hosts[registry] ?? hosts[other]
  }
}
