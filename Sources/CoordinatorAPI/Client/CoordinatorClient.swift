import GRPCCore
import MusterCore

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The calls of Muster's protocol, with errors that a person can read.
///
/// Get one from ``withCoordinator(at:patience:isolation:_:)``. Every method throws ``APIError``, or `CancellationError`
/// when the calling task is cancelled.
public struct CoordinatorClient: Sendable {
  /// The generated client, for calls that need more than the methods here.
  public let calls: any Muster_V1_Muster.ClientProtocol
  /// The calls about tokens and certificates; nil where a test has none.
  let trustCalls: (any Muster_V1_Trust.ClientProtocol)?
  /// Whom it speaks to.
  public let address: CoordinatorAddress

  /// - Parameter calls: over any transport; tests use the in-process one.
  public init(
    calls: any Muster_V1_Muster.ClientProtocol, trust: (any Muster_V1_Trust.ClientProtocol)? = nil,
    address: CoordinatorAddress = .standard
  ) {
    self.calls = calls
    trustCalls = trust
    self.address = address
  }

  /// Runs calls about tokens and certificates, and turns what they throw into an ``APIError``.
  public func trust<Answer: Sendable>(
    _ body: @Sendable (any Muster_V1_Trust.ClientProtocol) async throws -> Answer
  ) async throws -> Answer {
    guard let trustCalls else { throw APIError(.notMuster, "there are no calls about trust over this connection") }
    return try await attempt(timeout: nil) { _ in try await body(trustCalls) }
  }

  /// A question is answered at once or not at all.
  static let questionTimeout = Duration.seconds(30)
  /// A submit waits for the disk, and for room when the coordinator holds back.
  static let changeTimeout = Duration.seconds(120)

  /// Who answers and how it is doing.
  public func status() async throws -> Muster_V1_GetStatusResponse {
    try await ask { try await calls.getStatus(.with { $0.withCounts = true }, options: $0) }
  }

  public func workers() async throws -> [Muster_V1_WorkerSummary] {
    try await ask { try await calls.listWorkers(.init(), options: $0).workers }
  }

  /// What is to be done, and by whom.
  ///
  /// - Throws: ``APIError``, also while the coordinator's store does not answer.
  public func queue() async throws -> Muster_V1_GetQueueResponse {
    try await ask { try await calls.getQueue(.init(), options: $0) }
  }

  /// Hands the worker nothing more; what runs there finishes.
  public func drainWorker(_ name: String) async throws -> Muster_V1_WorkerSummary {
    try await change { try await calls.drainWorker(.with { $0.name = name }, options: $0) }
  }

  /// Ends a drain, and takes back that the worker was set aside for any kind.
  public func resumeWorker(_ name: String) async throws -> Muster_V1_WorkerSummary {
    try await change { try await calls.resumeWorker(.with { $0.name = name }, options: $0) }
  }

  /// Has workers connect anew, to wherever their coordinator's address leads now; what they run goes on.
  ///
  /// - Parameters:
  ///   - names: wherever they are connected.
  ///   - all: all that are connected to this coordinator, too.
  public func releaseWorkers(_ names: [String], all: Bool) async throws -> [Muster_V1_ReleaseAnswer] {
    try await change {
      try await calls.releaseWorkers(
        .with {
          $0.names = names
          $0.all = all
        }, options: $0
      ).answers
    }
  }

  public func kinds() async throws -> [Muster_V1_KindSummary] {
    try await ask { try await calls.listKinds(.init(), options: $0).kinds }
  }

  // MARK: - Calls

  func ask<Answer>(
    isolation: isolated (any Actor)? = #isolation, _ call: (CallOptions) async throws -> Answer
  ) async throws -> Answer {
    try await attempt(timeout: CoordinatorClient.questionTimeout, call)
  }

  func change<Answer>(
    isolation: isolated (any Actor)? = #isolation, _ call: (CallOptions) async throws -> Answer
  ) async throws -> Answer {
    try await attempt(timeout: CoordinatorClient.changeTimeout, call)
  }

  /// Runs one call and turns what it throws into an ``APIError``.
  /// - Parameter timeout: nil for a stream that lasts as long as it lasts.
  func attempt<Answer>(
    timeout: Duration?, isolation: isolated (any Actor)? = #isolation,
    _ call: (CallOptions) async throws -> Answer
  ) async throws -> Answer {
    var options = CallOptions.defaults
    options.timeout = timeout
    do {
      return try await call(options)
    } catch {
      if Task.isCancelled { throw CancellationError() }
      throw APIError.translating(error, at: address)
    }
  }
}
