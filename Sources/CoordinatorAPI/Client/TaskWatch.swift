import GRPCCore
import MusterCore

/// Waits for tasks that were submitted before, over broken connections.
public struct TaskWatch: Sendable {
  /// In one message, so that it stays well below the limit for messages.
  private static let maxIDs = 10_000
  private let reconnecting: Reconnecting

  public init(_ reconnecting: Reconnecting) { self.reconnecting = reconnecting }

  /// Calls `each` once for each task of `ids` when it ends, in the order in which they end, and returns after the last.
  ///
  /// - Parameter withResults: ends carry results up to 64 KiB.
  /// - Throws: ``APIError`` (`not_found`) that names the ids that no task has.
  public func ends(
    of ids: [String], withResults: Bool = false, outage: @Sendable (APIError) -> Void = { _ in },
    each: @escaping @Sendable (Muster_V1_TaskEnd) async throws -> Void
  ) async throws {
    let open = OpenIDs(ids)
    try await reconnecting.run(outage: outage) { client in
      let left = await open.left
      let closing = Bell()
      let request = StreamingClientRequest<Muster_V1_FollowTasksRequest> { writer in
        for from in stride(from: 0, to: left.count, by: TaskWatch.maxIDs) {
          let ids = left[from..<min(from + TaskWatch.maxIDs, left.count)]
          try await writer.write(
            .with {
              $0.follow = Array(ids)
              $0.withResults = withResults
            })
        }
        // The stream stays open: its end would tell the coordinator that nobody listens.
        await closing.wait()
      }
      try await client.attempt(timeout: nil) { options in
        try await client.calls.followTasks(request: request, options: options) { response in
          defer { closing.ring() }
          if await open.isEmpty { return }
          for try await part in response.messages {
            if let first = part.unknown.first {
              throw APIError(
                .notFound,
                part.unknown.count == 1
                  ? "there is no task '\(first)'; see 'muster task list'"
                  : "there are no tasks \(part.unknown.map { "'\($0)'" }.joined(separator: ", ")); see 'muster task list'",
                details: ["ids": part.unknown.joined(separator: ",")])
            }
            for end in part.ends where await open.close(end.id) { try await each(end) }
            if await open.isEmpty { return }
          }
          throw RPCError(code: .unavailable, message: "the coordinator closed the stream before the tasks had ended")
        }
      }
    }
  }

  private actor OpenIDs {
    private let ids: [String]
    private var open: Set<String>

    init(_ ids: [String]) {
      self.ids = ids
      open = Set(ids)
    }

    var isEmpty: Bool { open.isEmpty }

    /// In the order in which they were given, each once.
    var left: [String] {
      var rest = open
      return ids.filter { rest.remove($0) != nil }
    }

    /// Whether `id` was open until now.
    func close(_ id: String) -> Bool { open.remove(id) != nil }
  }
}
