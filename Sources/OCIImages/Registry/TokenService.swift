import AsyncHTTPClient
import MusterCore
import NIOCore

/// Carries a request to a token service and reads what it answers.
struct TokenService: Sendable {
  let link: HTTPLink
  let configuration: RegistryConfiguration

  /// - Throws: ``OCIError``; no message holds a secret.
  func ask(_ request: TokenRequest, registry: String, hasCredentials: Bool) async throws -> TokenAnswer {
    var plan = configuration.retries
    while true {
      let pause: Duration?
      let failure: OCIError
      do {
        let response = try await link.send(
          request.method, request.address, headers: request.headers,
          body: request.form.map { .bytes(ByteBuffer(string: $0.reveal())) })
        let body = try await read(response, request)
        if response.status.code == 200 { return try Self.answer(body, request, registry) }
        failure = Self.failure(response.status.code, RegistryErrors(body), request, registry, hasCredentials)
        let asked = RetryPlan.retryAfter(response.headers.first(name: "Retry-After"))
        pause = plan.pause(after: .status(response.status.code, retryAfter: asked), random: .random(in: 0...1))
      } catch let trouble as ConnectionTrouble {
        failure = trouble.error
        pause = trouble.isPassing ? plan.pause(after: .connection, random: .random(in: 0...1)) : nil
      }
      guard let pause else { throw failure }
      try await configuration.time.sleep(for: pause)
    }
  }

  private func read(_ response: HTTPClientResponse, _ request: TokenRequest) async throws -> [UInt8] {
    do {
      return try await link.body(of: response, upTo: TokenAnswer.maximumBytes)
    } catch is NIOTooManyBytesError {
      throw OCIError(.badAnswer, "the token service \(request.address) answers with more than 1 MiB; tell who runs it")
    } catch let error as CancellationError {
      throw error
    } catch {
      throw ConnectionTrouble(error, at: request.address)
    }
  }

  private static func answer(_ body: [UInt8], _ request: TokenRequest, _ registry: String) throws(OCIError)
    -> TokenAnswer
  {
    guard let answer = TokenAnswer(body) else {
      throw OCIError(
        .badAnswer,
        "the token service \(request.address) of \(registry) answers without a token that could be used; tell who runs it"
      )
    }
    return answer
  }

  private static func failure(
    _ status: UInt, _ errors: RegistryErrors, _ request: TokenRequest, _ registry: String, _ hasCredentials: Bool
  ) -> OCIError {
    let said = errors.text.map { " (\($0))" } ?? ""
    let details = ["status": "\(status)", "registry_codes": errors.codes]
    guard [400, 401, 403].contains(status) else {
      return OCIError(
        .refused,
        "the token service \(request.address) of \(registry) answers with status \(status)\(said); try again later",
        details: details)
    }
    if !hasCredentials {
      let missing = Authenticator.missing(registry)
      return OCIError(.credentials, missing.message, details: details)
    }
    return OCIError(
      .credentials,
      "\(registry) does not accept the user name and password or token that are known for it\(said); log in again",
      details: details)
  }
}
