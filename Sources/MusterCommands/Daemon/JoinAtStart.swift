import CoordinatorAPI
import Logging
import MusterCore
import Trust
import Worker

/// Trades a token for a worker's certificate when the worker starts, where there is none that holds.
///
/// A coordinator that cannot be reached is waited for; one that refuses the token ends the worker with its sentence, so that
/// whoever runs the worker sees it fail, and why. The token is not used up again where there is a certificate.
struct JoinAtStart: Sendable {
  let tokenFile: String
  let folder: IdentityFolder
  /// Tried in turn.
  let addresses: [CoordinatorAddress]
  /// Nil: that of an earlier join here, else the host's.
  let name: String?
  let logger: Logger
  let readiness: ReadinessBoard?
  var time: any Timekeeper = SystemTime()

  /// - Returns: false if it was cancelled first.
  /// - Throws: ``APIError``, ``TrustError``, ``CommandError``: one sentence that says what to do.
  func run() async throws -> Bool {
    guard let reason = reason else { return true }
    let token: TokenText
    do {
      token = try TokenText(parsing: String(decoding: try InputFile.read(tokenFile), as: UTF8.self))
    } catch {
      readiness?.lost(addresses.first, reason: "\(error)")
      throw error
    }
    let name = try name ?? folder.facts()?.name ?? WorkerConfiguration.defaultName()
    readiness?.called(name)
    logger.info("Joining as worker \(name) with token \(token.id), because \(reason).")
    var backoff = ReconnectBackoff()
    var isWaiting = false
    while true {
      do {
        let address = try await join(token, as: name)
        logger.notice("Joined the coordinator at \(address) as worker \(name).")
        return true
      } catch let error as APIError where Self.isPassing(error) {
        if Task.isCancelled { return false }
        if !isWaiting { logger.warning("Not joined yet; I try again until I am: \(error.message)") }
        isWaiting = true
        readiness?.lost(addresses.first, reason: error.message)
      } catch {
        if Task.isCancelled { return false }
        readiness?.lost(addresses.first, reason: "\(error)")
        throw error
      }
      do { try await time.sleep(for: backoff.delay()) } catch { return false }
    }
  }

  /// Tries each address once.
  private func join(_ token: TokenText, as name: String) async throws -> CoordinatorAddress {
    var last: (any Error)?
    for address in addresses {
      do {
        _ = try await Joining.join(
          at: address, tokenID: token.id, secret: token.secret, fingerprint: token.fingerprint, name: name,
          isWorker: true, into: folder)
        return address
      } catch {
        try Task.checkCancellation()
        // Of several, one that refuses says more than one that is away.
        if let known = last as? APIError, !Self.isPassing(known) { continue }
        last = error
      }
    }
    throw last ?? APIError.noCoordinator(at: addresses)
  }

  /// Whether the same may succeed later without anybody's doing anything about it.
  private static func isPassing(_ error: APIError) -> Bool { error.isPassing || error.code == .overLimit }

  /// Why there is to be joined; nil if there is a certificate that holds.
  private var reason: String? {
    guard folder.exists else { return "there is no certificate in '\(folder.path)'" }
    do {
      guard let own = try folder.load().chain.first else { return "there is no certificate in '\(folder.path)'" }
      if let name, own.commonName != name {
        return "the certificate in '\(folder.path)' is that of worker '\(own.commonName)'"
      }
      if Timestamp(own.notValidAfter) <= time.timestamp() { return "the certificate in '\(folder.path)' has expired" }
      return nil
    } catch {
      return "what is in '\(folder.path)' is not whole: \(error)"
    }
  }
}
