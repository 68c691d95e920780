import Logging
import MusterCore

/// What trust needs done by time: revocations that others made, certificates that end, the coordinator's own certificate,
/// readers that do not read, the audit log's sums.
struct TrustUpkeep: Sendable {
  let context: CoordinatorContext

  private static let pace: Duration = .seconds(1)
  /// Between two looks at the files of the coordinator's own certificate, in rounds.
  private static let fileRounds = 10

  /// Until cancelled.
  func run() async {
    var round = 0
    var healthy = true
    while !Task.isCancelled {
      context.slowReaders.cut()
      context.audit.flush()
      if let office = context.office {
        // Where others revoke, too, it is known here within a second or two.
        do {
          try await office.lookForRevocations()
          healthy = true
        } catch {
          if Task.isCancelled { return }
          if healthy { context.logger.error("who was revoked elsewhere is not known: \(error)") }
          healthy = false
        }
        context.cutInvalid()
        if round % Self.fileRounds == 0 { refresh(office) }
      }
      round += 1
      do { try await context.time.sleep(for: Self.pace) } catch { return }
    }
  }

  private func refresh(_ office: TrustOffice) {
    do {
      switch try office.setup.credentials.refresh(at: context.time.timestamp()) {
      case .none: break
      case .reread: context.logger.notice("read this coordinator's certificate anew")
      case .renewed: context.logger.notice("renewed this coordinator's certificate")
      }
    } catch {
      context.refusals.count("own_certificate", "this coordinator's own certificate: \(error)", address: "")
    }
  }
}
