import AsyncHTTPClient
import MusterCore
import NIOCore
import NIOHTTP1

/// Requests to one registry: told who asks as it wants to be, sent again when that is safe, redirected with care.
struct RegistryExchange: Sendable {
  let registry: String
  let link: HTTPLink
  let authenticator: Authenticator
  let configuration: RegistryConfiguration

  /// The only place to which credentials go.
  var origin: WebAddress.Origin {
    let isSecure = !configuration.host(registry).isPlainHTTP
    let address = WebAddress("\(isSecure ? "https" : "http")://\(registry)/")
    return address?.origin ?? WebAddress.Origin(isSecure: isSecure, host: registry, port: isSecure ? 443 : 80)
  }

  /// Sends a request and gives the answer's head, whatever its status but the registry's own 401; its body is yet to be read.
  ///
  /// - Throws: ``OCIError``; ``ConnectionTrouble`` and ``UploadBroken`` only for requests that cannot be repeated.
  func send(_ request: RegistryRequest) async throws -> HTTPClientResponse {
    var plan = configuration.retries
    var hasLearnt = false
    while true {
      let header = try await authenticator.header(registry: registry, scopes: request.scopes)
      let (response, answering): (HTTPClientResponse, WebAddress.Origin)
      do {
        (response, answering) = try await follow(request, header)
      } catch let trouble as ConnectionTrouble {
        guard request.isRepeatable else { throw trouble }
        guard trouble.isPassing, let pause = plan.pause(after: .connection, random: .random(in: 0...1)) else {
          throw trouble.error
        }
        try await configuration.time.sleep(for: pause)
        continue
      }
      // Another host may refuse, but not say where this registry's password is to go.
      if response.status == .unauthorized, answering == origin {
        try await learn(from: response, request, rejected: header, isLast: hasLearnt)
        hasLearnt = true
        // Part of the body has gone: who sends it has to find out from where to send it again.
        if !request.isRepeatable { throw UploadBroken() }
        continue
      }
      let asked = RetryPlan.retryAfter(response.headers.first(name: "Retry-After"))
      guard request.isRepeatable, RetryPlan.isPassing(response.status.code),
        let pause = plan.pause(after: .status(response.status.code, retryAfter: asked), random: .random(in: 0...1))
      else { return response }
      await discard(response)
      try await configuration.time.sleep(for: pause)
    }
  }

  /// The answer, and who gave it in the end.
  private func follow(
    _ request: RegistryRequest, _ header: Secret<String>?
  ) async throws -> (HTTPClientResponse, WebAddress.Origin) {
    var address = request.address
    var redirects = Redirects()
    while true {
      var headers = request.headers
      if let header, address.origin == origin { headers.replaceOrAdd(name: "Authorization", value: header.reveal()) }
      let response = try await link.send(request.method, address, headers: headers, body: request.httpBody)
      guard request.followsRedirects, Redirects.isRedirect(response.status.code) else {
        return (response, address.origin)
      }
      let location = response.headers.first(name: "Location")
      await discard(response)
      address = try redirects.next(location, from: address)
    }
  }

  private func learn(
    from response: HTTPClientResponse, _ request: RegistryRequest, rejected: Secret<String>?, isLast: Bool
  ) async throws {
    let errors = await self.errors(response)
    guard !isLast else {
      let said = errors.text.map { " (\($0))" } ?? ""
      let what = request.scopes.last?.repository ?? "it"
      throw OCIError(
        .credentials,
        "\(registry) does not let us in to \(what)\(said); see that the user name, the password and their rights are right",
        details: ["status": "401", "registry_codes": errors.codes])
    }
    let challenges = Challenge.parse(response.headers["WWW-Authenticate"])
    try await authenticator.learn(
      registry: registry, isPlain: !origin.isSecure, challenges: challenges, scopes: request.scopes, rejected: rejected)
  }

  /// Reads an answer to its end, so that its connection can be used again.
  func discard(_ response: HTTPClientResponse) async {
    _ = try? await link.body(of: response, upTo: RegistryErrors.maximumBytes)
  }

  func errors(_ response: HTTPClientResponse) async -> RegistryErrors {
    RegistryErrors((try? await link.body(of: response, upTo: RegistryErrors.maximumBytes)) ?? [])
  }

  /// Sends a request and reads the whole answer; one that breaks off is asked for again.
  ///
  /// - Parameter limit: bytes that are read of an answer at most.
  /// - Throws: ``OCIError`` (`bad_registry_answer` when it is longer than `limit`).
  func whole(
    _ request: RegistryRequest, upTo limit: Int, what: String
  ) async throws -> (head: HTTPClientResponse, body: [UInt8]) {
    var plan = configuration.retries
    while true {
      let response = try await send(request)
      do {
        return (response, try await link.body(of: response, upTo: limit))
      } catch is NIOTooManyBytesError {
        throw OCIError(.badAnswer, "\(registry) sends more than \(limit) bytes for \(what); more is not taken")
      } catch let error as CancellationError {
        throw error
      } catch {
        let trouble = ConnectionTrouble(error, at: request.address)
        guard let pause = plan.pause(after: .connection, random: .random(in: 0...1)) else { throw trouble.error }
        try await configuration.time.sleep(for: pause)
      }
    }
  }

  /// What an answer that is not the one hoped for means, its body being read already.
  func failure(_ head: HTTPClientResponse, _ body: [UInt8], what: String) -> OCIError {
    RegistryFailure(registry: registry, status: head.status.code, errors: RegistryErrors(body), what: what).error
  }

  /// What an answer that is not the one hoped for means.
  ///
  /// - Parameter what: what was asked for: `the manifest 1.0 of team/app`.
  func failure(_ response: HTTPClientResponse, what: String) async -> OCIError {
    let errors = await self.errors(response)
    return RegistryFailure(registry: registry, status: response.status.code, errors: errors, what: what).error
  }
}
