import Logging
import MusterCore
import NIOCore
import Synchronization

/// Carries out what a ``WatchMachine`` decides.
struct WatchLoop<Object: KubernetesObject>: Sendable {
  let resources: ResourceClient<Object>
  let options: ListOptions
  let settings: WatchSettings
  let logger: Logger?
  /// Is given what is no event for its reader, and whether it was deleted. Nil: such an object ends the watch.
  var unreadable: (@Sendable (UnreadableObject, _ isDeleted: Bool) -> Void)?

  /// Seconds: a server that asks for more is asked again earlier, or one mistake of it would blind its watchers.
  private static var mostPatience: Int { 600 }

  private var time: any Timekeeper { resources.client.time }

  /// Runs until it is cancelled or fails for good.
  ///
  /// - Parameters:
  ///   - list: reads all objects and returns the version of the list. Nil: an expired version is the caller's to mend.
  ///   - event: takes each event before the next is read.
  func run(
    from version: String?, list: (@Sendable () async throws -> String)?,
    event: @escaping @Sendable (WatchEvent<Object>) async throws -> Void
  ) async throws {
    var machine = WatchMachine(settings, from: version, canList: list != nil)
    // What has never worked is more likely the caller's mistake than the weather, as the right to list without the right
    // to watch.
    var hasListed = false
    var hasWatched = false
    while true {
      switch machine.next(random: .random(in: 0...1)) {
      case .wait(let pause): try await time.sleep(for: pause)
      case .list:
        guard let list else { throw Self.expired(resources.word) }
        do {
          machine.listed(at: try await list())
          hasListed = true
        } catch {
          try end(&machine, after: error, hasWorked: hasListed, canList: true)
        }
      case .watch(let version, let seconds):
        let session = try WatchSession(loop: self, seconds: seconds, from: version, event: event)
        let result: Result<Void, any Error>
        do {
          result = .success(try await session.run())
        } catch {
          result = .failure(error)
        }
        if let moment = session.acceptedAt {
          hasWatched = true
          machine.accepted(at: moment)
        }
        if let seen = session.lastVersion { machine.saw(seen) }
        switch result {
        case .success: machine.ended(.closed, now: time.moment(), random: .random(in: 0...1))
        case .failure(let error): try end(&machine, after: error, hasWorked: hasWatched, canList: list != nil)
        }
      }
    }
  }

  /// Goes on after an error, or throws it if going on is of no use.
  private func end(
    _ machine: inout WatchMachine, after error: any Error, hasWorked: Bool, canList: Bool
  ) throws {
    try Task.checkCancellation()
    guard let error = error as? KubernetesError else { throw error }
    let end = try Self.end(after: error, hasWorked: hasWorked, canList: canList)
    if end == .expired && !canList { throw error }
    let asked = error.details["retry_after_s"].flatMap { Int($0) }
    let atLeast = asked.map { Duration.seconds(min($0, Self.mostPatience)) }
    machine.ended(end, now: time.moment(), atLeast: atLeast, random: .random(in: 0...1))
    logger?.log(
      level: end == .expired ? .info : .warning, "a watch was interrupted and is taken up again",
      metadata: ["resource": "\(resources.resource.plural)", "error": "\(error)", "failures": "\(machine.failures)"])
  }

  /// What an error means for a watch.
  ///
  /// - Throws: the error, if trying again would not mend it.
  static func end(after error: KubernetesError, hasWorked: Bool, canList: Bool) throws -> WatchMachine.End {
    if error.isExpired { return .expired }
    switch error.code {
    case .unreachable, .deadline: return .broken
    case .refused:
      let code = error.status?.code ?? 0
      if code == 429 || code >= 500 { return .broken }
      // What worked once may be forbidden or gone for a while, as when rights are being changed.
      guard hasWorked else { throw error }
      return .refused
    case .credentials, .untrusted:
      guard hasWorked else { throw error }
      return .broken
    case .badAnswer:
      // As from a proxy while the server is being changed. Without a list there is no way around it, should it stay.
      guard hasWorked && canList else { throw error }
      return .refused
    default: throw error
    }
  }

  private static func expired(_ word: String) -> KubernetesError {
    KubernetesError(
      .refused, "the API server no longer keeps the version from which the \(word)s were watched; list them again",
      status: Status(status: "Failure", reason: "Expired", code: 410))
  }
}
