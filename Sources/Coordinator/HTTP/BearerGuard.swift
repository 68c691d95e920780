import Hummingbird
import MusterCore
import Synchronization
import Trust

/// Asks for a token before anything but the health of the coordinator is told.
///
/// `/healthz` and `/readyz` stay open: Kubernetes' probes have no tokens, and learn no more than that it lives.
struct BearerGuard<Context: RequestContext>: RouterMiddleware {
  let context: CoordinatorContext
  private static var open: Set<String> { ["/healthz", "/readyz"] }

  func handle(
    _ request: Request, context server: Context, next: (Request, Context) async throws -> Response
  ) async throws -> Response {
    if Self.open.contains(request.uri.path) { return try await next(request, server) }
    guard let office = context.office else {
      return refused(
        .unauthorized, "no_bearer",
        "this page takes a token, and this coordinator has no authority that could make one; run 'muster coordinator init', or start it with --insecure"
      )
    }
    guard let shown = request.headers[.authorization], shown.lowercased().hasPrefix("bearer ") else {
      return refused(
        .unauthorized, "no_bearer",
        "this page takes a token: make one with 'muster token create --role read --bearer', and send it as 'Authorization: Bearer …'"
      )
    }
    let text = String(shown.dropFirst(7))
    let now = context.time.moment()
    if context.bearers.isGood(text, at: now) { return try await next(request, server) }
    // What is no token, and who keeps showing it, must cost nothing, nor keep others from showing theirs.
    if let malformed = malformed(text) { return malformed }
    if let wait = context.bearers.mayAsk(text, at: now) {
      let sentence = "tokens are shown too fast; try again in \(Int(wait.seconds.rounded(.up))) s"
      return refused(.tooManyRequests, "too_many_bearers", sentence, retryAfter: wait)
    }
    do {
      _ = try await office.bearer(text)
    } catch let error as TrustError {
      if error.code == .unavailable { return refused(.serviceUnavailable, error.codeName, error.message) }
      context.bearers.forget(text)
      return refused(.unauthorized, error.codeName, error.message)
    }
    context.bearers.remember(text, at: now)
    return try await next(request, server)
  }

  private func malformed(_ text: String) -> Response? {
    do {
      _ = try TokenText(parsing: text)
      return nil
    } catch {
      return refused(.unauthorized, error.codeName, error.message)
    }
  }

  private func refused(
    _ status: HTTPResponse.Status, _ code: String, _ sentence: String, retryAfter: Duration? = nil
  ) -> Response {
    context.refusals.count(code, "HTTP: \(sentence)", address: "")
    var headers: HTTPFields = [.contentType: "text/plain; charset=utf-8"]
    if status == .unauthorized { headers[.wwwAuthenticate] = "Bearer" }
    if let retryAfter { headers[.retryAfter] = "\(Int(retryAfter.seconds.rounded(.up)))" }
    return Response(status: status, headers: headers, body: .init(byteBuffer: ByteBuffer(string: sentence + "\n")))
  }
}

/// Tokens that were good a moment ago, and how often the store may be asked for others.
final class BearerMemory: Sendable {
  private struct State {
    /// When each was good the last time; nil: before a token was revoked.
    var good: [String: Moment?] = [:]
    var rate = RateLimit(rate: 20, burst: 40)
  }
  private let state = Mutex(State())
  /// One that is revoked through another coordinator is refused after so long.
  private static let time: Duration = .seconds(1)

  func isGood(_ text: String, at now: Moment) -> Bool {
    state.withLock { state in
      guard let last = state.good[text], let last else { return false }
      return now - last < Self.time
    }
  }

  func remember(_ text: String, at now: Moment) {
    state.withLock { state in
      if state.good.count >= 1000 { state.good = [:] }
      state.good[text] = now
    }
  }

  /// A token was revoked.
  func forget() { state.withLock { state in for text in state.good.keys { state.good[text] = .some(nil) } } }

  /// One is not good any more.
  func forget(_ text: String) { state.withLock { $0.good[text] = nil } }

  /// - Returns: nil if the store may be asked; else how long not. One that was good before is asked for in any case, so
  ///   that strangers who guess cannot lock out who has a token.
  func mayAsk(_ text: String, at now: Moment) -> Duration? {
    state.withLock { $0.good[text] == nil ? $0.rate.take(at: now) : nil }
  }
}
