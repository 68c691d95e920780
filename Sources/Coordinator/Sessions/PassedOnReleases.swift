import MusterCore
import TaskStore

/// Workers that another coordinator over the same store was asked to let go: whether it did.
///
/// One of an earlier version drops what it does not know, without a word; so it is looked whether anything came of it.
final class PassedOnReleases {
  /// One that knows how has done it by then: it looks every second.
  static let patience: Duration = .seconds(3)
  private static let pause: Duration = .milliseconds(200)

  private let context: CoordinatorContext
  private var before: [String: SharedSession]?
  private var posted: [SharedSession] = []

  init(context: CoordinatorContext) { self.context = context }

  /// - Returns: false if no coordinator has a worker of this name.
  func post(_ name: String) async throws -> Bool {
    guard let sharing = context.store.sharing else { return false }
    if before == nil { before = try await all(sharing) }
    guard try await sharing.post(.release, to: name) else { return false }
    // Of one that takes nothing already, nothing would be seen; and one without a connection makes a new one anyhow.
    if let session = before?[name], session.connected, !session.draining { posted.append(session) }
    return true
  }

  /// Waits until something came of all of them, or nothing is to be expected any more.
  ///
  /// - Returns: those of which nothing came, each with a sentence that says what to do.
  func unheard() async throws -> [String: String] {
    guard let sharing = context.store.sharing else { return [:] }
    let end = context.time.moment() + Self.patience
    while !posted.isEmpty {
      let now = try await all(sharing)
      posted.removeAll { session in
        guard let its = now[session.name] else { return true }
        return its.draining || !its.connected || its.coordinator != session.coordinator
          || its.generation != session.generation
      }
      guard !posted.isEmpty, context.time.moment() < end else { break }
      try await context.time.sleep(for: Self.pause)
    }
    if posted.isEmpty { return [:] }
    let coordinators = try await sharing.coordinators()
    return Dictionary(
      posted.map { session in
        let its = coordinators.first { $0.number == session.coordinator }
        let place = session.address.isEmpty ? "another coordinator" : "the coordinator at \(session.address)"
        let build = its.map { " (muster \($0.build))" } ?? ""
        return (
          session.name,
          "worker '\(session.name)' is connected to \(place)\(build), which was asked to let it go and has not: it may be of a version that does not know how; stop that coordinator, or start the worker anew"
        )
      }, uniquingKeysWith: { $1 })
  }

  private func all(_ sharing: any SharedStore) async throws -> [String: SharedSession] {
    Dictionary(try await sharing.sessions().map { ($0.name, $0) }, uniquingKeysWith: { $1 })
  }
}
