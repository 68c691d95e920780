import Foundation
import SeededDice

@testable import WorkerDeployment

/// One task of a workload.
struct Arrival: Sendable {
  /// Seconds since the beginning.
  var at: Double
  var kind: String
  /// Seconds.
  var runTime: Double
}

/// Workloads that were recorded, from the folder of development data where there is one beside the checkout, else made up
/// from what is known of their distributions.
enum RecordedArrivals {
  /// The data is not part of the project.
  private static var folder: String? {
    if let named = ProcessInfo.processInfo.environment["MUSTER_TEST_DATA"] { return named }
    var root = URL(fileURLWithPath: #filePath)
    for _ in 0..<4 { root.deleteLastPathComponent() }
    let folder = root.deletingLastPathComponent().appending(path: "shared/data").path
    return FileManager.default.fileExists(atPath: folder) ? folder : nil
  }

  static var isThere: Bool { folder != nil }

  /// Jobs of the Lublin-Feitelson model, as tasks of one slot and one kind.
  static func jobs() -> [Arrival] {
    guard let text = read("lublin_256.swf") else {
      return sample(
        gaps: [2, 11, 18, 24, 32, 41, 51, 62, 77, 95, 116, 142, 176, 221, 281, 366, 501, 749, 1270, 2626, 20_000],
        runTimes: [
          1, 4, 7, 11, 15, 21, 29, 41, 60, 89, 137, 260, 591, 2644, 6276, 8272, 10_286, 12_686, 15_590, 20_673, 60_000,
        ], kinds: [("block", 1)], seed: 256)
    }
    return text.split(separator: "\n").compactMap { line in
      guard !line.hasPrefix(";") else { return nil }
      let fields = line.split(separator: " ")
      guard fields.count > 4, let at = Double(fields[1]), let runTime = Double(fields[3]), runTime > 0 else {
        return nil
      }
      return Arrival(at: at, kind: "block", runTime: runTime)
    }.sorted { $0.at < $1.at }
  }

  /// Pods of a cluster of GPUs, as tasks of two kinds.
  static func pods() -> [Arrival] {
    guard let text = read("openb_pod_list_default.csv") else {
      return sample(
        gaps: [0, 1, 6, 18, 32, 45, 59, 79, 103, 130, 161, 198, 238, 287, 356, 437, 544, 694, 948, 1469, 20_000],
        runTimes: [
          4, 50, 73, 112, 146, 175, 210, 267, 356, 492, 616, 810, 1001, 1255, 1674, 2246, 3204, 4328, 7764, 18_162,
          50_000,
        ], kinds: [("gpu", 0.87), ("cpu", 0.13)], seed: 6212)
    }
    return text.split(separator: "\n").dropFirst().compactMap { line in
      let fields = line.split(separator: ",", omittingEmptySubsequences: false)
      guard fields.count > 10, let at = Double(fields[8]), let end = Double(fields[9]), let begin = Double(fields[10]),
        end > begin
      else { return nil }
      return Arrival(at: at, kind: fields[3] == "0" ? "cpu" : "gpu", runTime: end - begin)
    }.sorted { $0.at < $1.at }
  }

  /// A stretch of a workload, with its beginning at 0, and run times so short that a day of them fits into a test.
  static func slice(_ all: [Arrival], from share: Double, hours: Double, longest: Double) -> [Arrival] {
    guard let last = all.last else { return [] }
    let begin = last.at * share
    return all.filter { $0.at >= begin && $0.at < begin + hours * 3600 }.map { arrival in
      Arrival(at: arrival.at - begin, kind: arrival.kind, runTime: min(arrival.runTime, longest))
    }
  }

  private static func read(_ name: String) -> String? {
    folder.flatMap { try? String(contentsOfFile: "\($0)/\(name)", encoding: .utf8) }
  }

  /// - Parameters:
  ///   - gaps: the 0th, 5th, … 100th percentile of the seconds between two arrivals.
  ///   - runTimes: those of the run times.
  ///   - kinds: with their shares.
  private static func sample(
    gaps: [Double], runTimes: [Double], kinds: [(name: String, share: Double)], seed: UInt64
  ) -> [Arrival] {
    var random = Dice(seed: seed)
    func draw(_ quantiles: [Double]) -> Double {
      let place = Double.random(in: 0..<Double(quantiles.count - 1), using: &random)
      let (low, part) = (Int(place), place - Double(Int(place)))
      return quantiles[low] + (quantiles[low + 1] - quantiles[low]) * part
    }
    var at = 0.0
    return (0..<8000).map { _ in
      at += draw(gaps)
      let dice = Double.random(in: 0..<1, using: &random)
      let kind = dice < kinds[0].share ? kinds[0].name : kinds[kinds.count - 1].name
      return Arrival(at: at, kind: kind, runTime: max(draw(runTimes), 1))
    }
  }
}
