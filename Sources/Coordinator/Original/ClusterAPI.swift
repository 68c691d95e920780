import CoordinatorAPI
import Foundation
import GRPCCore
import MusterCore
import TaskModel
import TaskStore

/// The prover cluster's own service, for its clients as they are.
///
/// Different from the original where that loses work or dies: two polls never get the same task; a task whose prover
/// died goes back when its lease ends; a malformed proof is `valid=false` and an unknown circuit an INVALID_ARGUMENT; only
/// who was handed a task may submit for it. Facts of the protocol: docs/prover-cluster.md.
struct ClusterAPI: Cluster_Cluster.SimpleServiceProtocol {
  let context: CoordinatorContext
  let judge: ResultJudge
  let leases: OriginalLeases
  /// The only kinds that are served on this listener; nil: any.
  var kinds: [String]?

  func register(
    request: Cluster_RegisterRequest, context: ServerContext
  ) async throws -> Cluster_RegisterResponse {
    guard request.hostname.utf8.count <= 256 else {
      throw RPCError(code: .invalidArgument, message: "the hostname is over 256 bytes")
    }
    // Over TLS a prover is who its certificate says, whatever it calls its machine.
    let time = self.context.time.timestamp().milliseconds
    return .with {
      $0.proverID =
        context.caller.identity.map { "\($0.name)\(OriginalProver.separator)\(time)" } ?? "\(request.hostname)-\(time)"
    }
  }

  func pollTask(request: Cluster_PollTaskRequest, context: ServerContext) async throws -> Cluster_Task {
    let (kind, name) = try check(prover: request.proverID, circuit: request.circuit, context.caller)
    let now = self.context.time.moment()
    do {
      guard leases.polled(name, at: now) else {
        throw RPCError(
          code: .resourceExhausted,
          message: "\(OriginalLeases.mostProvers) provers polled lately, which is the most that this coordinator serves"
        )
      }
      var outcome = try await self.context.store.exchange(Exchange(worker: name, claimLimit: 1))
      if outcome.claimed.isEmpty && !outcome.hasRoom {
        // Nobody of this name is on the roster: it is new here, or was silent for long.
        try await enroll(name, kind: kind)
        outcome = try await self.context.store.exchange(Exchange(worker: name, claimLimit: 1))
      }
      guard let task = outcome.claimed.first else {
        throw RPCError(code: .resourceExhausted, message: "no task of circuit '\(request.circuit)' is ready")
      }
      // First of all the lease: whatever fails from here on, it brings the task back. A shared store has one of its own.
      leases.grant(task.token, worker: name, until: self.context.time.moment() + kind.lease)
      // This protocol does not say when a prover begins: it begins when it has the task.
      _ = try await self.context.store.exchange(Exchange(worker: name, started: [task.token]))
      let input = try task.input.load()
      let output = try await self.context.store.output(of: task.token)
      return .with {
        $0.id = task.id.text
        $0.circuit = request.circuit
        $0.input = input
        if let output { $0.output = output }
      }
    } catch let error as StoreError {
      throw RPCError(code: .unavailable, message: error.message)
    }
  }

  func submitProof(
    request: Cluster_SubmitProofRequest, context: ServerContext
  ) async throws -> Cluster_SubmitProofResponse {
    let (kind, name) = try check(prover: request.proverID, circuit: request.circuit, context.caller)
    do {
      let valid = try await take(request, kind: kind, name: name)
      return .with { $0.valid = valid }
    } catch let error as StoreError {
      throw RPCError(code: .unavailable, message: error.message)
    }
  }

  private func take(_ request: Cluster_SubmitProofRequest, kind: KindDefinition, name: String) async throws -> Bool {
    guard let id = TaskID(request.taskID), let token = try await context.store.attempt(of: id, by: name) else {
      throw RPCError(
        code: .permissionDenied,
        message:
          "task '\(request.taskID.prefix(140))' was not handed to prover '\(request.proverID.prefix(140))' for circuit '\(request.circuit)'"
      )
    }
    if let stored = try await context.store.result(of: id), stored.size == request.proof.count,
      try stored.load() == request.proof
    {
      return true
    }
    guard request.proof.count <= context.configuration.maxResult else {
      throw RPCError(
        code: .invalidArgument,
        message: "the proof has \(request.proof.count) bytes and the limit is \(context.configuration.maxResult)")
    }
    guard try await context.store.usable([token]).contains(token) else { return false }
    var publicInput: Data?
    if kind.verifier != nil {
      guard let payloads = try await context.store.payloads(of: token) else { return false }
      let verdict = await judge.judge(kind: kind, task: id, input: try payloads.input.load(), result: request.proof)
      switch verdict {
      case .valid(let output):
        publicInput = ResultJudge.publicInput(output, kind: kind.name, task: id, logger: context.logger)
      case .invalid(let reason):
        context.logger.warning(
          "the verifier refused a proof: \(reason)", metadata: ["task": "\(id)", "prover": "\(request.proverID)"])
        await context.conduct.record(worker: name, kind: kind.name, task: token.task, valid: false)
        return false
      case .error(let sentence):
        throw RPCError(
          code: .unavailable, message: "the verifier of '\(kind.name)' failed; submit again later: \(sentence)")
      }
    }
    var report = EndReport(
      token: token, end: .done, result: try await context.store.keep(request.proof), verified: true)
    report.publicInput = publicInput
    let outcome = try await context.store.exchange(Exchange(worker: name, ends: [report]))
    leases.end(token)
    await context.conduct.record(worker: name, reports: [report], outcomes: outcome.ends)
    // A valid proof that came second is no fault of its prover.
    return true
  }

  private func check(prover: String, circuit: String, _ caller: Caller) throws -> (KindDefinition, String) {
    // PostgreSQL has no zero byte in a text, and no prover has one in its name.
    guard (1...256).contains(prover.utf8.count), !prover.utf8.contains(0) else {
      throw RPCError(
        code: .invalidArgument,
        message: "the prover_id must have 1 to 256 bytes, none of them zero; call Register to get one")
    }
    if let own = caller.identity?.name, !OriginalProver.belongs(prover, to: own) {
      throw RPCError(
        code: .permissionDenied,
        message:
          "the certificate is that of worker '\(own)', and its prover_id is '\(prover.prefix(140))'; use '\(own)', or call Register to get one"
      )
    }
    guard let kind = context.kind(ofCircuit: circuit) else {
      let known = context.kinds.map(\.name).joined(separator: ", ")
      throw RPCError(
        code: .invalidArgument,
        message:
          "unknown circuit '\(circuit.prefix(140))'; this coordinator's file names: \(known.isEmpty ? "none" : known)")
    }
    if let identity = caller.identity, !identity.mayUse(kind: kind.name) {
      throw RPCError(
        code: .permissionDenied,
        message:
          "\(identity.words) may serve \((identity.kinds ?? []).joined(separator: ", ")) only, as its token said, and not '\(kind.name)'"
      )
    }
    guard kinds?.contains(kind.name) ?? true else {
      throw RPCError(
        code: .permissionDenied,
        message:
          "this listener gives out \((kinds ?? []).joined(separator: ", ")) only, and not '\(kind.name)'; add it to 'kinds' under 'listen' in the coordinator's file"
      )
    }
    guard kind.verifier != nil || kind.acceptsUnverified else {
      throw RPCError(
        code: .failedPrecondition,
        message:
          "the kind '\(kind.name)' has no verifier; give it one in the coordinator's file, or write 'verifier: none' there to take proofs unverified"
      )
    }
    return (kind, OriginalProver.rosterName(prover: prover, kind: kind.name))
  }

  func enroll(_ name: String, kind: KindDefinition) async throws {
    if let sharing = context.store.sharing { try await context.conduct.takeOver(name, from: sharing) }
    try await context.store.enroll(
      RosterWorker(
        name: name, kinds: [kind.name],
        capacity: Needs(slots: .max, memory: UInt64(Int64.max), gpus: .max), prefetchLimit: 0,
        setAside: context.conduct.rules(for: name), refusesOversize: true,
        lease: context.store.sharing == nil ? nil : kind.lease))
  }
}
