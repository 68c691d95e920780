import GRPCCore
import MusterCore

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension CoordinatorClient {
  /// Calls `each` with the parts of a task's result, in order. No part comes before the whole result is on disk.
  public func result(of id: String, each: @Sendable @escaping (Data) async throws -> Void) async throws {
    try await attempt(timeout: nil) { options in
      try await calls.readResult(.with { $0.id = id }, options: options) { response in
        for try await part in response.messages { try await each(part.data) }
      }
    }
  }

  /// A task's whole result in memory: up to the coordinator's bound for results, 64 MiB by default.
  public func result(of id: String) async throws -> Data {
    try await attempt(timeout: nil) { options in
      try await calls.readResult(.with { $0.id = id }, options: options) { response in
        var whole = Data()
        for try await part in response.messages { whole.append(part.data) }
        return whole
      }
    }
  }

  /// Calls `each` with the parts of a task's input, in order.
  public func input(of id: String, each: @Sendable @escaping (Data) async throws -> Void) async throws {
    try await attempt(timeout: nil) { options in
      try await calls.readInput(.with { $0.id = id }, options: options) { response in
        for try await part in response.messages { try await each(part.data) }
      }
    }
  }

  /// Calls `each` with the parts of an attempt's log, and with `follow` goes on until the task ends.
  /// - Parameter attempt: nil for the newest.
  public func logs(
    of id: String, attempt number: UInt32? = nil, follow: Bool = false,
    each: @Sendable @escaping (Muster_V1_LogPart) async throws -> Void
  ) async throws {
    let request = Muster_V1_ReadLogsRequest.with {
      $0.id = id
      $0.follow = follow
      $0.attempt = number ?? 0
    }
    try await attempt(timeout: nil) { options in
      try await calls.readLogs(request, options: options) { response in
        for try await part in response.messages { try await each(part) }
      }
    }
  }
}
