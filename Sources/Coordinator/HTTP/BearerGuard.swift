import Hummingbird
import MusterCore
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
    guard let office = context.office else { return try await next(request, server) }
    guard let shown = request.headers[.authorization], shown.lowercased().hasPrefix("bearer ") else {
      return refused(
        "no_bearer",
        "this page takes a token: make one with 'muster token create --role read --bearer', and send it as 'Authorization: Bearer …'"
      )
    }
    do {
      _ = try await office.bearer(String(shown.dropFirst(7)))
    } catch let error as TrustError {
      return refused(error.codeName, error.message)
    }
    return try await next(request, server)
  }

  private func refused(_ code: String, _ sentence: String) -> Response {
    context.refusals.count(code, "HTTP: \(sentence)", address: "")
    return Response(
      status: .unauthorized, headers: [.contentType: "text/plain; charset=utf-8", .wwwAuthenticate: "Bearer"],
      body: .init(byteBuffer: ByteBuffer(string: sentence + "\n")))
  }
}
