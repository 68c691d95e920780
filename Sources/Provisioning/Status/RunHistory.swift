import Foundation
import MusterCore

/// Which runs of this machine changed what: read from the journals that they left (``RunJournal``).
public struct RunHistory {
  private let root: String
  private let runs: [String]

  /// - Parameter root: where all runs lie. If it is not there, there were none.
  public init(in root: String) {
    self.root = root
    runs = ((try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []).sorted()
  }

  /// The run that changed a machine at some time, by this machine's clock; nil: it was none of those that are still known here.
  ///
  /// - Parameter slack: how far the clocks may be apart.
  public func run(on machine: String, at time: Timestamp, slack: Duration = .seconds(5)) -> String? {
    for run in runs.reversed() {
      guard let start = Self.start(run), start.milliseconds <= (time + slack).milliseconds else { continue }
      let log = "\(root)/\(run)/\(RunJournal.fileName(machine))"
      guard let attributes = try? FileManager.default.attributesOfItem(atPath: log),
        let end = attributes[.modificationDate] as? Date
      else { continue }
      // What it has noted last, it has done last.
      return time.milliseconds <= Int64(end.timeIntervalSince1970 * 1000) + slack.wholeMilliseconds ? run : nil
    }
    return nil
  }

  /// `20261128T101500-apply-3f2a91c4` → `apply`.
  public static func verb(_ run: String) -> String {
    let parts = run.split(separator: "-")
    return parts.count == 3 ? String(parts[1]) : run
  }

  /// `20261128T101500-apply-3f2a91c4` → when that began.
  static func start(_ run: String) -> Timestamp? {
    let style = Date.ISO8601FormatStyle(dateSeparator: .omitted, timeSeparator: .omitted, timeZone: .gmt)
    guard let date = try? style.parse("\(run.prefix(15))Z") else { return nil }
    return Timestamp(milliseconds: Int64(date.timeIntervalSince1970 * 1000))
  }
}
