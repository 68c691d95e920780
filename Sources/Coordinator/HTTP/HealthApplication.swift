import Foundation
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
import Logging
import MusterCore
import NIOSSL
import TaskStore

/// `/healthz`, `/readyz`, `/metrics` and `/api/v1/autoscale` for deployments and monitoring.
enum HealthApplication {
  /// - `/healthz`: 200 while the process serves.
  /// - `/readyz`: 200 when the store answers; 503 with the reason otherwise.
  /// - `/metrics`: the text format of Prometheus.
  /// - `/api/v1/autoscale?kind=KIND`: JSON, see ``AutoscalePage``; 503 without numbers when the store does not answer.
  ///
  /// Guarded (``CoordinatorConfiguration/httpIsGuarded``) it speaks TLS and asks for a token: see ``BearerGuard``.
  ///
  /// - Parameter onServing: called with the address once it is served.
  static func make(
    context: CoordinatorContext, verification: VerificationQueue, host: String, port: Int,
    onServing: @escaping @Sendable (String) -> Void
  ) throws -> any ApplicationProtocol {
    let router = Router()
    let isGuarded = context.configuration.httpIsGuarded
    if isGuarded { router.add(middleware: BearerGuard(context: context)) }
    router.get("/healthz") { _, _ in "ok\n" }
    router.get("/readyz") { _, _ -> Response in
      if let outage = context.store.outage { return text(.serviceUnavailable, outage + "\n") }
      do {
        _ = try await context.store.queuedByKind()
        return text(.ok, "ready\n")
      } catch {
        let sentence = (error as? StoreError)?.message ?? "the store does not answer"
        return text(.serviceUnavailable, sentence + "\n")
      }
    }
    router.get("/metrics") { _, _ -> Response in
      let isAway = context.store.outage != nil
      let workers = isAway ? nil : try? await context.store.workers()
      let queued = isAway ? nil : try? await context.store.queuedByKind()
      let page = MetricsPage(
        storeIsUp: workers != nil && queued != nil, statistics: context.store.statistics(), workers: workers ?? [],
        queued: queued ?? [:], verifying: verification.depth, connections: context.ledger.connections,
        refusals: context.refusals.all)
      return text(.ok, page.text, type: "text/plain; version=0.0.4; charset=utf-8")
    }
    let autoscale = AutoscalePage(context: context)
    router.get("/api/v1/autoscale") { request, _ -> Response in
      do {
        let query = request.uri.queryParameters.map { (name: String($0.key), value: String($0.value)) }
        let answer = try await autoscale.answer(try AutoscalePage.Question(query))
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let json = String(decoding: try encoder.encode(answer), as: UTF8.self)
        return text(.ok, json + "\n", type: "application/json")
      } catch let bad as AutoscalePage.BadQuestion {
        return text(.badRequest, bad.sentence + "\n")
      } catch let away as AutoscalePage.Away {
        return text(.serviceUnavailable, away.sentence + "\n")
      } catch let error as StoreError {
        return text(.serviceUnavailable, error.message + "\n")
      }
    }
    var logger = context.logger
    // Hummingbird tells of its own start at info; the coordinator says where it listens in one line for all.
    logger.logLevel = max(logger.logLevel, .notice)
    return Application(
      router: router, server: try server(isGuarded ? context.configuration.trust?.credentials : nil),
      configuration: .init(
        address: .hostname(host, port: port), serverName: "muster",
        availableConnectionsDelegate: MaximumAvailableConnections(Self.mostConnections)),
      onServerRunning: { channel in onServing(Listening.text(channel.localAddress, orElse: "\(host):\(port)")) },
      logger: logger)
  }

  /// At once: probes and monitoring need a handful.
  private static let mostConnections = 256

  private static func server(_ credentials: ServerCredentials?) throws -> HTTPServerBuilder {
    // Requests have no bodies worth mentioning, and a connection that is not used is not kept.
    let plain = HTTPServerBuilder.http1(configuration: .init(idleTimeout: .seconds(60)))
    guard let credentials else { return plain }
    var configuration = credentials.configuration
    configuration.certificateVerification = .none
    configuration.applicationProtocols = ["http/1.1"]
    // Asked at each handshake, so that a renewed certificate is shown without a restart.
    configuration.sslContextCallback = { _, promise in
      let current = credentials.configuration
      var override = NIOSSLContextConfigurationOverride()
      override.certificateChain = current.certificateChain
      override.privateKey = current.privateKey
      promise.succeed(override)
    }
    return try .tls(plain, tlsConfiguration: configuration)
  }

  private static func text(_ status: HTTPResponse.Status, _ text: String, type: String = "text/plain; charset=utf-8")
    -> Response
  {
    Response(status: status, headers: [.contentType: type], body: .init(byteBuffer: ByteBuffer(string: text)))
  }
}
