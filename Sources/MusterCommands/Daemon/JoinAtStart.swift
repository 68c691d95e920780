import Certificates
import CoordinatorAPI
import Logging
import MusterCore
import Trust
import Worker

/// Trades a token for a worker's certificate when the worker starts, where there is none that holds, and, where there is one of
/// another authority than the token's, also while it runs.
///
/// A coordinator that cannot be reached is waited for; one that refuses the token ends the worker with its sentence, so that
/// whoever runs the worker sees it fail, and why; unless it has a certificate, with which it then goes on. The token is not used
/// up again where there is a certificate of its authority.
struct JoinAtStart: Sendable {
  /// Why there is to be joined.
  private struct Occasion {
    let why: String
    /// There is a certificate that holds, of another authority.
    var isOptional = false
  }

  let tokenFile: String
  let folder: IdentityFolder
  /// Tried in turn.
  let addresses: [CoordinatorAddress]
  /// Nil: that of an earlier join here, else the host's.
  let name: String?
  let logger: Logger
  let readiness: ReadinessBoard?
  var time: any Timekeeper = SystemTime()

  /// How often it is looked, while the worker runs, whether the token is another authority's by now.
  static let pace: Duration = .seconds(5)
  /// A coordinator that has refused a token is not shown it again before.
  private static let pauseAfterRefusal: Duration = .seconds(60)

  /// - Returns: false if it was cancelled first.
  /// - Throws: ``APIError``, ``TrustError``, ``CommandError``: one sentence that says what to do.
  func run() async throws -> Bool {
    guard let occasion = occasion else { return true }
    let token: TokenText
    do {
      token = try self.token()
    } catch {
      readiness?.lost(addresses.first, reason: "\(error)")
      throw error
    }
    let name = try name ?? folder.facts()?.name ?? WorkerConfiguration.defaultName()
    readiness?.called(name)
    logger.info("Joining as worker \(name) with token \(token.id), because \(occasion.why).")
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
      } catch  where occasion.isOptional {
        if Task.isCancelled { return false }
        logger.warning("Not joined anew, so I go on with the certificate in '\(folder.path)': \(error)")
        return true
      } catch {
        if Task.isCancelled { return false }
        readiness?.lost(addresses.first, reason: "\(error)")
        throw error
      }
      do { try await time.sleep(for: backoff.delay()) } catch { return false }
    }
  }

  /// Joins anew when the token becomes another authority's while the worker runs, as when the workers are pointed at a coordinator
  /// with an authority of its own: without its certificate nobody there takes this worker. Until cancelled.
  func watch() async {
    var refused: (token: String, at: Moment)?
    while true {
      do { try await time.sleep(for: Self.pace) } catch { return }
      guard let occasion, occasion.isOptional, let token = try? self.token() else { continue }
      if let refused, refused.token == token.id, time.moment() - refused.at < Self.pauseAfterRefusal { continue }
      do {
        let name = try name ?? folder.facts()?.name ?? WorkerConfiguration.defaultName()
        let address = try await join(token, as: name)
        logger.notice("Joined the coordinator at \(address) anew as worker \(name), because \(occasion.why).")
      } catch {
        if Task.isCancelled { return }
        if let known = error as? APIError, Self.isPassing(known) { continue }
        if refused?.token != token.id { logger.warning("Not joined anew yet with token \(token.id): \(error)") }
        refused = (token.id, time.moment())
      }
    }
  }

  private func token() throws -> TokenText {
    try TokenText(parsing: String(decoding: try InputFile.read(tokenFile), as: UTF8.self))
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

  /// Nil if there is a certificate that holds, and the token is not another authority's.
  private var occasion: Occasion? {
    guard folder.exists else { return Occasion(why: "there is no certificate in '\(folder.path)'") }
    do {
      let identity = try folder.load()
      guard let own = identity.chain.first else { return Occasion(why: "there is no certificate in '\(folder.path)'") }
      if let name, own.commonName != name {
        return Occasion(why: "the certificate in '\(folder.path)' is that of worker '\(own.commonName)'")
      }
      if Timestamp(own.notValidAfter) <= time.timestamp() {
        return Occasion(why: "the certificate in '\(folder.path)' has expired")
      }
      // A token that is gone, or is none, is nothing to a worker that has a certificate.
      guard let token = try? token(), !identity.authorities.contains(where: { $0.keyFingerprint == token.fingerprint })
      else { return nil }
      return Occasion(
        why: "the certificate in '\(folder.path)' is of another authority than the token", isOptional: true)
    } catch {
      return Occasion(why: "what is in '\(folder.path)' is not whole: \(error)")
    }
  }
}
