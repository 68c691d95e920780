import Certificates
import CoordinatorAPI
import Foundation
import GRPCCore
import MusterCore
import TaskModel
import Trust

/// Tokens, certificates, revocations. Each method is thin: ask the office, translate.
struct TrustAPI: Muster_V1_Trust.SimpleServiceProtocol {
  let context: CoordinatorContext

  func join(request: Muster_V1_JoinRequest, context: ServerContext) async throws -> Muster_V1_Credentials {
    try await answering("join", context, [request.name, "token \(request.tokenID)"]) { office in
      let grant = try await office.join(
        request.tokenID, secret: Array(request.tokenSecret), request: Array(request.request), name: request.name,
        isWorker: request.hasWorker ? request.worker : nil)
      self.context.logger.notice(
        "joined: \(grant.identity.words)",
        metadata: ["token": "\(request.tokenID)", "peer": "\(context.caller.address)"])
      return try Self.credentials(grant, office)
    }
  }

  func renew(request: Muster_V1_RenewRequest, context: ServerContext) async throws -> Muster_V1_Credentials {
    guard case .known(let identity, let serial) = context.caller.standing else { throw Self.withoutTLS }
    return try await answering("renew", context, [identity.name]) { office in
      try Self.credentials(try await office.renew(identity, old: serial, request: Array(request.request)), office)
    }
  }

  func whoAmI(request: Muster_V1_WhoAmIRequest, context: ServerContext) async throws -> Muster_V1_Subject {
    guard let identity = context.caller.identity else { throw Self.withoutTLS }
    return Self.subject(identity)
  }

  // MARK: For administrators

  func createToken(
    request: Muster_V1_CreateTokenRequest, context: ServerContext
  ) async throws -> Muster_V1_CreatedToken {
    let draft = try Self.draft(request)
    return try await answering(nil, context, []) { office in
      let (text, token) = try await office.create(draft, by: context.caller.identity?.name ?? "")
      self.context.audit.record(
        "token create", by: context.caller, [token.id, "role \(token.role.rawValue)"], count: 1)
      return .with {
        $0.text = text.text.reveal()
        $0.token = token.message
      }
    }
  }

  func listTokens(request: Muster_V1_ListTokensRequest, context: ServerContext) async throws
    -> Muster_V1_ListTokensResponse
  {
    let tokens = try await answering(nil, context, []) { try await $0.tokens() }
    return .with { $0.tokens = tokens.map(\.message) }
  }

  func revokeToken(request: Muster_V1_TokenRequest, context: ServerContext) async throws -> Muster_V1_TokenSummary {
    try await answering("token revoke", context, [request.id]) { office in
      let token = try await office.revokeToken(request.id)
      self.context.bearers.forget()
      return token.message
    }
  }

  func listSubjects(request: Muster_V1_ListSubjectsRequest, context: ServerContext) async throws
    -> Muster_V1_ListSubjectsResponse
  {
    let subjects = try await answering(nil, context, []) { try await $0.subjects() }
    return .with { $0.subjects = subjects.map(Self.subject) }
  }

  func revokeSubject(
    request: Muster_V1_RevokeSubjectRequest, context: ServerContext
  ) async throws -> Muster_V1_RevokeSubjectResponse {
    let group: SubjectGroup = request.worker ? .worker : .user
    return try await answering("revoke", context, ["\(group.rawValue)/\(request.name)"]) { office in
      let token = try await office.liveToken(group, request.name)
      let isKnown = try await office.revoke(group, request.name)
      // Whoever revokes himself is still told that it is done.
      let cut = self.context.cutInvalid(sparing: context.caller.connection)
      if request.worker { try await self.forget(request.name) }
      return .with {
        $0.known = isKnown
        $0.connectionsCut = UInt32(clamping: cut)
        if let token { $0.liveToken = token.message }
      }
    }
  }

  /// What a revoked worker holds goes back to the queue now, and not after its grace.
  private func forget(_ worker: String) async throws {
    context.registry.live(worker)?.shut()
    do {
      let provers = try await context.store.workers().map(\.name).filter {
        OriginalProver.isRosterName($0) && OriginalProver.belongs(OriginalProver.displayName($0), to: worker)
      }
      for name in [worker] + provers { try await context.store.dismiss(worker: name, reason: "its worker was revoked") }
    } catch {
      context.logger.error("what the revoked worker '\(worker)' holds goes back only when its lease ends: \(error)")
    }
  }

  // MARK: Helpers

  private static let withoutTLS = RPCError(
    code: .failedPrecondition, message: "this listener has no TLS and knows nobody; ask over one that has")

  private func answering<R>(
    _ action: String?, _ server: ServerContext, _ what: [String], _ body: (TrustOffice) async throws -> R
  ) async throws -> R {
    guard let office = context.office else {
      throw RPCError(
        code: .failedPrecondition,
        message:
          "this coordinator has no authority: everybody who reaches it is trusted; make one with 'muster coordinator init' and start it again"
      )
    }
    do {
      let answer = try await body(office)
      if let action { context.audit.record(action, by: server.caller, what, count: 1) }
      return answer
    } catch let error as any CodedError {
      if let action {
        // Summed up: whoever is refused may try as often as his connections let him.
        context.audit.add("\(action) refused", by: server.caller, what, count: 1, outcome: error.codeName)
        context.refusals.count(error.codeName, "\(action): \(error.message)", address: server.caller.address)
      }
      let isOutage = (error as? TrustError)?.code == .unavailable
      throw RPCError(
        code: isOutage ? .unavailable : .permissionDenied, message: error.message,
        metadata: [APIError.codeMetadataKey: "\(error.codeName)"])
    }
  }

  private static func draft(_ request: Muster_V1_CreateTokenRequest) throws -> TokenDraft {
    func bad(_ sentence: String) -> RPCError { RPCError(code: .invalidArgument, message: sentence) }
    guard let role = Role(rawValue: request.role) else {
      throw bad("'\(request.role.prefix(40))' is no role; give worker, submit, read or admin")
    }
    guard request.namespace.isEmpty || TaskID(request.namespace) != nil else {
      throw bad("the namespace '\(request.namespace.prefix(140))' must be \(TaskID.rule)")
    }
    guard request.namespace.isEmpty || role == .submit else {
      throw bad("a namespace is for the role submit, and not for \(role.rawValue); leave it out")
    }
    guard request.kinds.count <= 64, request.kinds.allSatisfy({ TaskID($0) != nil }) else {
      throw bad("a token is bound to at most 64 kinds, each with a name of \(TaskID.rule)")
    }
    guard request.kinds.isEmpty || role == .worker || role == .submit else {
      throw bad("kinds bound the roles worker and submit, and not \(role.rawValue); leave them out")
    }
    guard (1...UInt32(TrustBook.mostUses)).contains(request.uses) else {
      throw bad("a token is for 1 to \(TrustBook.mostUses) uses, not \(request.uses)")
    }
    guard (1000...UInt64(365 * 86_400_000)).contains(request.lifetimeMilliseconds) else {
      throw bad("a token lasts from one second to 365 days")
    }
    guard !request.bearer || role == .read || role == .admin else {
      throw bad("the HTTP API has nothing for the role \(role.rawValue); a bearer's token is for read or admin")
    }
    return TokenDraft(
      role: role, namespace: request.namespace.isEmpty ? nil : request.namespace,
      kinds: request.kinds.isEmpty ? nil : Array(Set(request.kinds)).sorted(),
      lifetime: .milliseconds(Int64(request.lifetimeMilliseconds)), uses: Int(request.uses),
      use: request.bearer ? .bearer : .certificate)
  }

  private static func credentials(_ grant: TrustOffice.Grant, _ office: TrustOffice) throws -> Muster_V1_Credentials {
    let certificate = try grant.certificate.pem()
    let authority = try office.rootsText()
    return .with {
      $0.certificate = certificate
      $0.authority = authority
      $0.subject = subject(grant.identity)
      $0.subject.expiresUnixMs = Timestamp(grant.certificate.notValidAfter).milliseconds
      $0.renewUnixMs = Renewal.time(grant.certificate).milliseconds
    }
  }

  private static func subject(_ identity: Identity) -> Muster_V1_Subject {
    .with {
      $0.name = identity.name
      $0.role = identity.role.rawValue
      $0.namespace = identity.namespace ?? ""
      $0.kinds = identity.kinds ?? []
    }
  }

  private static func subject(_ record: SubjectRecord) -> Muster_V1_Subject {
    var subject = subject(record.identity)
    subject.expiresUnixMs = record.expires?.milliseconds ?? 0
    subject.revokedUnixMs = record.revoked?.milliseconds ?? 0
    subject.tokenID = record.token
    return subject
  }
}

extension TokenRecord {
  var message: Muster_V1_TokenSummary {
    .with {
      $0.id = id
      $0.role = role.rawValue
      $0.namespace = namespace ?? ""
      $0.kinds = kinds ?? []
      $0.createdUnixMs = created.milliseconds
      $0.createdBy = createdBy
      $0.expiresUnixMs = expires.milliseconds
      $0.uses = UInt32(clamping: uses)
      $0.used = UInt32(clamping: usedBy.count)
      $0.revokedUnixMs = revoked?.milliseconds ?? 0
      $0.bearer = use == .bearer
    }
  }
}
