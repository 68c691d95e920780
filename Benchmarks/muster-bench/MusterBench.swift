import ArgumentParser
import Foundation
import Logging

/// Measures Muster from the outside: a coordinator in a process of its own, submitters and workers in this one.
///
/// `scripts/bench` runs all of it; every figure is one run on this machine, peers in the same run.
@main
struct MusterBench: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "muster-bench", abstract: "Measure Muster.",
    subcommands: [
      SubmitBench.self, NoopBench.self, LatencyBench.self, SpawnBench.self, DepthBench.self, IdleBench.self,
      BurndownBench.self, TLSBench.self, HostileBench.self, HostilePeers.self,
    ])
}

/// What every measurement needs.
struct Rig: ParsableArguments {
  @Option(help: "The muster binary to measure.")
  var muster = ".build-release/muster"

  @Option(help: "Where the coordinator keeps its state; a fresh folder in the temporary one if not given.")
  var state: String?
}

/// One line of the report.
func report(_ name: String, _ value: String) {
  let padded = name.padding(toLength: max(58, name.count), withPad: " ", startingAt: 0)
  print("\(padded) \(value)")
}

func seconds(_ duration: Duration) -> Double {
  Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
}

func perSecond(_ count: Int, _ elapsed: Duration) -> String {
  let seconds = seconds(elapsed)
  return "\(Int((Double(count) / seconds).rounded()))/s  (\(count) in \((seconds * 1000).rounded() / 1000) s)"
}
