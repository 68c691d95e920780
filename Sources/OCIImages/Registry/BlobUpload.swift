import AsyncHTTPClient
import MusterCore
import NIOCore
import NIOHTTP1

/// Carries out an ``UploadPlan``: one blob into one repository.
struct BlobUpload: Sendable {
  let repository: RegistryRepository
  let descriptor: Descriptor
  let origin: BlobOrigin?
  let progress: @Sendable (Int64) -> Void
  let open: @Sendable (Int64) async throws -> BlobStream

  private var exchange: RegistryExchange { repository.exchange }
  var what: String { "the blob \(descriptor.digest) for \(repository.name)" }

  /// Returns when the registry has the blob.
  ///
  /// - Throws: ``OCIError``.
  func run() async throws {
    var state = State(
      plan: UploadPlan(size: descriptor.size, chunk: exchange.configuration.chunkBytes),
      retries: exchange.configuration.retries)
    var step = UploadPlan.Step.open
    while true {
      let event: UploadPlan.Event
      switch step {
      case .done:
        state.dropFeed()
        progress(descriptor.size - state.reported)
        return
      case .fail(let failure): throw error(failure, state)
      case .open: event = try await start(&state)
      default: event = try await carryOut(step, &state)
      }
      step = state.plan.next(after: event)
    }
  }

  /// What is known between two requests.
  struct State {
    var plan: UploadPlan
    var retries: RetryPlan
    var location: WebAddress?
    var feed: UploadFeed?
    /// Bytes that the caller was told of.
    var reported: Int64 = 0
    var lastError: OCIError?
    var mayMount = true

    mutating func dropFeed() {
      if let feed { reported = feed.stop() }
      feed = nil
    }
  }

  // MARK: Opening

  private func start(_ state: inout State) async throws -> UploadPlan.Event {
    state.dropFeed()
    if let from = mountable(state) {
      state.mayMount = false
      if let event = try await mount(from, &state) { return event }
    }
    let request = repository.request(.POST, repository.address("blobs/uploads/"), .push)
    return try await opened(try await exchange.send(request), request.address, &state)
  }

  private func mountable(_ state: State) -> String? {
    guard state.mayMount, let origin, origin.registry == repository.registry, origin.repository != repository.name
    else { return nil }
    return origin.repository
  }

  /// Nil: it was not let in, and the blob is sent without mounting.
  private func mount(_ from: String, _ state: inout State) async throws -> UploadPlan.Event? {
    let query = [("mount", descriptor.digest.description), ("from", from)]
    var request = repository.request(.POST, repository.address("blobs/uploads/", query), .push)
    request.scopes.insert(TokenScope(from, .pull), at: 0)
    do {
      let response = try await exchange.send(request)
      if response.status == .created {
        await exchange.discard(response)
        return .closed
      }
      if response.status == .accepted { return try await opened(response, request.address, &state) }
      await exchange.discard(response)
      return nil
    } catch let error as OCIError where error.code == .credentials {
      return nil
    }
  }

  private func opened(
    _ response: HTTPClientResponse, _ address: WebAddress, _ state: inout State
  ) async throws -> UploadPlan.Event {
    guard response.status == .accepted else { throw await exchange.failure(response, what: what) }
    await exchange.discard(response)
    state.location = nil
    try follow(response, from: address, &state)
    return .opened(minimumChunk: response.headers.first(name: "OCI-Chunk-Min-Length").flatMap(Int64.init))
  }

  /// Takes the place where the upload goes on; an answer without one leaves it.
  private func follow(_ response: HTTPClientResponse, from address: WebAddress, _ state: inout State) throws(OCIError) {
    guard let text = response.headers.first(name: "Location") else {
      if state.location == nil {
        throw OCIError(
          .badAnswer, "\(repository.registry) opens an upload and does not say where; tell who runs the registry")
      }
      return
    }
    guard let location = WebAddress(text, relativeTo: address) else {
      throw OCIError(
        .badAnswer,
        "\(repository.registry) wants an upload at '\(ImageReference.shown(text))', which is no address; tell who runs the registry"
      )
    }
    guard location.origin.isSecure || !exchange.origin.isSecure else {
      throw OCIError(
        .refused,
        "\(repository.registry) is reached by https and wants an upload by plain http at \(location.origin.authority); nothing was sent there (a proxy before the registry may not tell it that it is reached by https)"
      )
    }
    state.location = location
  }

  // MARK: Sending

  private func carryOut(_ step: UploadPlan.Step, _ state: inout State) async throws -> UploadPlan.Event {
    guard let location = state.location else { return .lost }
    let request = try await request(step, location, &state)
    do {
      let response = try await exchange.send(request)
      return try await event(of: response, step, request.address, &state)
    } catch let trouble as ConnectionTrouble {
      state.dropFeed()
      state.lastError = trouble.error
      guard trouble.isPassing else { throw trouble.error }
      try await pause(.connection, &state)
      return .broken
    } catch is UploadBroken {
      state.dropFeed()
      state.lastError = Authenticator.missing(repository.registry)
      return .broken
    }
  }

  private func request(_ step: UploadPlan.Step, _ location: WebAddress, _ state: inout State) async throws
    -> RegistryRequest
  {
    var request = repository.request(.GET, location, .push)
    switch step {
    case .sendAll:
      request.method = .PUT
      request.address.add("digest", descriptor.digest.description)
      request.body = try await body(0..<descriptor.size, &state)
      request.headers.add(name: "Content-Type", value: "application/octet-stream")
    case .send(let range):
      request.method = .PATCH
      request.body = try await body(range, &state)
      request.headers.add(name: "Content-Type", value: "application/octet-stream")
      request.headers.add(name: "Content-Range", value: "\(range.lowerBound)-\(range.upperBound - 1)")
    case .close:
      request.method = .PUT
      request.address.add("digest", descriptor.digest.description)
      // A second one would find the upload gone, and not know why.
      request.repeats = false
    default: break
    }
    return request
  }

  private func body(_ range: Range<Int64>, _ state: inout State) async throws -> RegistryRequest.Body {
    if range.isEmpty {
      // Of an empty blob, too, the source says at its end whether it is right.
      try await UploadFeed(try await open(0), at: 0, size: 0, progress: progress).checkEnd()
      return .none
    }
    if let feed = state.feed, feed.position != range.lowerBound { state.dropFeed() }
    let feed: UploadFeed
    if let present = state.feed {
      feed = present
    } else {
      feed = UploadFeed(
        try await open(range.lowerBound), at: range.lowerBound, size: descriptor.size, progress: progress)
      if range.lowerBound != state.reported { progress(range.lowerBound - state.reported) }
      state.feed = feed
    }
    let length = range.upperBound - range.lowerBound
    return .stream(.stream(feed.body(before: range.upperBound), length: .known(length)))
  }

  private func pause(_ trouble: RetryPlan.Trouble, _ state: inout State) async throws {
    guard let pause = state.retries.pause(after: trouble, random: .random(in: 0...1)) else {
      throw state.lastError ?? error(.brokenTooOften, state)
    }
    try await exchange.configuration.time.sleep(for: pause)
  }
}

// MARK: - Answers

extension BlobUpload {
  private func event(
    of response: HTTPClientResponse, _ step: UploadPlan.Step, _ address: WebAddress, _ state: inout State
  ) async throws -> UploadPlan.Event {
    let status = response.status.code
    guard (200...299).contains(status) else { return try await event(ofRefusal: response, step, &state) }
    await exchange.discard(response)
    switch step {
    case .sendAll, .close:
      guard status == 201 else {
        throw OCIError(
          .badAnswer,
          "\(repository.registry) answers with status \(status) to the end of \(what), not with 201; tell who runs it")
      }
      if let said = try repository.saidDigest(response, what), said != descriptor.digest {
        throw OCIError(.badDigest, "\(repository.registry) stored \(what) as \(said); it was changed on its way")
      }
      return .closed
    case .send(let range):
      try follow(response, from: address, &state)
      // It may answer before it has read all; what is left in the connection then cannot be trusted.
      guard let feed = state.feed, feed.position == range.upperBound else {
        state.dropFeed()
        return .broken
      }
      state.retries.madeProgress()
      let end = Self.received(response) ?? range.upperBound
      return .took(upTo: end)
    case .ask:
      try follow(response, from: address, &state)
      return .has(Self.received(response) ?? 0)
    case .open, .done, .fail: return .lost
    }
  }

  private func event(
    ofRefusal response: HTTPClientResponse, _ step: UploadPlan.Step, _ state: inout State
  ) async throws -> UploadPlan.Event {
    let errors = await exchange.errors(response)
    let failure = RegistryFailure(
      registry: repository.registry, status: response.status.code, errors: errors, what: what)
    state.dropFeed()
    state.lastError = failure.error
    switch response.status.code {
    case 413: return .tooLarge
    // From the very start on it should take all: it has a byte, and says so as if it had none.
    case 416: return state.plan.offset == 0 ? .lost : .broken
    case 400 where errors.contains("DIGEST_INVALID"):
      throw OCIError(
        .badDigest,
        "\(repository.registry) got other bytes than those of \(what); see whether the file changes, and push again",
        details: failure.error.details)
    case 400 where !errors.entries.isEmpty, 404:
      // The end may have got through, and only the answer to it not.
      if state.plan.offset == descriptor.size || step == .sendAll || step == .close,
        try await repository.hasBlob(descriptor)
      {
        return .closed
      }
      return .lost
    case let status where RetryPlan.isPassing(status):
      let asked = RetryPlan.retryAfter(response.headers.first(name: "Retry-After"))
      try await pause(.status(status, retryAfter: asked), &state)
      return .broken
    default: throw failure.error
    }
  }

  /// How many bytes a `Range` field says that there are.
  ///
  /// `0-0` may be one byte or none, for registries write both like this; it is taken as none.
  private static func received(_ response: HTTPClientResponse) -> Int64? {
    guard let text = response.headers.first(name: "Range") else { return nil }
    let range = text.hasPrefix("bytes=") ? text.dropFirst(6) : text[...]
    let ends = range.split(separator: "-", omittingEmptySubsequences: false)
    guard ends.count == 2, ends[0] == "0", let last = Int64(ends[1]), last >= 0, last < Int64.max else { return nil }
    return last == 0 ? 0 : last + 1
  }

  private func error(_ failure: UploadPlan.Failure, _ state: State) -> OCIError {
    switch failure {
    case .brokenTooOften, .lostTooOften:
      let last = state.lastError
      return OCIError(
        last?.code ?? .unreachable,
        "\(what) could not be sent to \(repository.registry), although it was tried again and again"
          + (last.map { ": \($0.message)" } ?? "; try again later"), details: last?.details ?? [:])
    case .tooLarge:
      return OCIError(
        .refused,
        "\(repository.registry), or what stands before it, does not even take \(UploadPlan.smallestChunk) bytes of \(what) in one request; ask for a higher limit",
        details: state.lastError?.details ?? [:])
    case .senseless:
      return OCIError(
        .badAnswer,
        "\(repository.registry) says that it has bytes of \(what) that were not sent, or lost some; tell who runs the registry"
      )
    }
  }
}
