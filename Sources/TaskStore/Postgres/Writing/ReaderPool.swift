import MusterCore
import PostgreSQL
import Synchronization

/// A few connections that read; made when they are needed, used by one caller at a time.
final class ReaderPool: Sendable {
  private struct State {
    var idle: [PostgresConnection] = []
    var open = 0
    var waiting: [CheckedContinuation<Void, Never>] = []
    var closed = false
  }
  private let state = Mutex(State())
  private let way: ConnectionWay
  private let limit: Int

  init(way: ConnectionWay, limit: Int) {
    self.way = way
    self.limit = limit
  }

  /// Runs `body`; once more on a fresh connection if the one that it had was lost.
  func perform<R: Sendable>(_ body: @escaping @Sendable (PostgresSession) throws -> R) async throws -> R {
    do {
      return try await once(body)
    } catch let error as PostgresError where error.isConnectionLost || error.isTransient {
      return try await once(body)
    }
  }

  private func once<R: Sendable>(_ body: @escaping @Sendable (PostgresSession) throws -> R) async throws -> R {
    let connection = try await take()
    do {
      let clock = way.clock
      let result = try await connection.perform { db in
        try clock?.set(db)
        return try body(db)
      }
      giveBack(connection)
      return result
    } catch {
      giveBack(connection)
      throw error
    }
  }

  private enum Turn { case have(PostgresConnection), make, wait, closed }

  private func take() async throws -> PostgresConnection {
    while true {
      let turn: Turn = state.withLock { state in
        if state.closed { return .closed }
        if let idle = state.idle.popLast() { return .have(idle) }
        if state.open < limit {
          state.open += 1
          return .make
        }
        return .wait
      }
      switch turn {
      case .closed: throw StoreError.closed
      case .have(let connection) where connection.isOpen: return connection
      case .have(let connection):
        state.withLock { $0.open -= 1 }
        await connection.close()
      case .make:
        do {
          return try await way.openReader()
        } catch {
          lower()
          throw error
        }
      case .wait:
        await withCheckedContinuation { continuation in
          let goesOn = state.withLock { state in
            // Something may have come free since the look above.
            if state.closed || !state.idle.isEmpty || state.open < limit { return true }
            state.waiting.append(continuation)
            return false
          }
          if goesOn { continuation.resume() }
        }
      }
    }
  }

  private func giveBack(_ connection: PostgresConnection) {
    let next = state.withLock { state in
      state.idle.append(connection)
      return state.waiting.isEmpty ? nil : state.waiting.removeFirst()
    }
    next?.resume()
  }

  private func lower() {
    let next = state.withLock { state in
      state.open -= 1
      return state.waiting.isEmpty ? nil : state.waiting.removeFirst()
    }
    next?.resume()
  }

  func close() async {
    let (connections, waiting) = state.withLock { state in
      state.closed = true
      defer {
        state.idle = []
        state.waiting = []
      }
      return (state.idle, state.waiting)
    }
    for continuation in waiting { continuation.resume() }
    for connection in connections { await connection.close() }
  }
}
