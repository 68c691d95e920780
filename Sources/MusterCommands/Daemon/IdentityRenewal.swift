import CoordinatorAPI
import Logging
import MusterCore
import ServiceLifecycle

/// Renews a worker's certificate in time, as long as the worker runs.
struct IdentityRenewal: Service {
  let folder: IdentityFolder
  let addresses: [CoordinatorAddress]
  let logger: Logger
  /// As a sentence goes on: `this worker`.
  var whose = "this worker"
  var time: any Timekeeper = SystemTime()

  /// Often enough for certificates of a few minutes; looking at one file costs nothing.
  private static let pace: Duration = .seconds(2)
  private static let pauseAfterFailure: Duration = .seconds(30)

  func run() async throws {
    await cancelWhenGracefulShutdown {
      var isFailing = false
      while !Task.isCancelled {
        var pause = Self.pace
        do {
          if let renewal = try folder.renewal(at: time.timestamp()), renewal.isDue {
            try await renew()
            isFailing = false
            logger.notice("Renewed \(whose)'s certificate.")
          }
        } catch {
          if Task.isCancelled { return }
          if !isFailing { logger.warning("The certificate of \(whose) is not renewed yet; I try again. \(error)") }
          isFailing = true
          pause = Self.pauseAfterFailure
        }
        do { try await time.sleep(for: pause) } catch { return }
      }
    }
  }

  private func renew() async throws {
    var last: (any Error)?
    for address in addresses {
      do {
        return try await Joining.renew(folder, at: address)
      } catch {
        last = error
      }
    }
    if let last { throw last }
  }
}
