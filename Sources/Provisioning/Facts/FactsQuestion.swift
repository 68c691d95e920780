import Inventory
import MusterCore
import RemoteHosts

/// Asks a machine for everything that the checks look at.
///
/// The script changes nothing and ends within a second. On the provisioner it may run without root: it is an ordinary script for
/// `/bin/sh`.
public struct FactsQuestion: Sendable {
  public let script: RemoteScript

  /// For a machine that is to join a cluster of these machines.
  public init(to machine: MachineSettings, among machines: [MachineSettings], _ options: CheckOptions = CheckOptions())
  {
    self.init(
      paths: Preflight.paths + [machine.workFolder].compactMap { $0 },
      ports: Set(PortNeed.all(for: machines, options).map(\.port.number)).sorted())
  }

  /// For the machine on which Muster runs.
  ///
  /// - Parameter folders: absolute paths in which much will lie, as that of the bundle.
  public init(toProvisionerWith folders: [String]) { self.init(paths: ProvisionerChecks.paths + folders, ports: []) }

  private init(paths: [String], ports: [Int]) {
    script = RemoteScript(
      "reads the facts of the machine", FactsScript.text(paths: paths, ports: ports, modules: Preflight.modules),
      limit: .seconds(30), mostOutput: 2 << 20)
  }

  /// Asks over a root shell.
  ///
  /// - Throws: ``RemoteHostError``; ``ProvisioningError`` (`badAnswer`).
  public func ask(_ shell: any RemoteShell, _ time: any Timekeeper = SystemTime()) async throws -> MachineReading {
    let asked = time.timestamp()
    let began = time.moment()
    let answer = try await shell.run(script)
    return try Self.reading(answer.output, of: shell.name, asked: asked, took: time.moment() - began)
  }

  /// What an answer to the script says.
  ///
  /// - Parameters:
  ///   - asked: our own clock when the script was started.
  ///   - took: how long it took to the end of the answer.
  /// - Throws: ``ProvisioningError`` (`badAnswer`).
  public static func reading(
    _ answer: [UInt8], of machine: String, asked: Timestamp, took: Duration
  ) throws(ProvisioningError) -> MachineReading {
    let facts = try MachineFacts(answer: answer, of: machine)
    // The clock was read somewhere between question and answer, and says whole seconds only: take the middle of both.
    let ours = asked + .milliseconds(took.wholeMilliseconds / 2)
    let theirs = facts.clock + .milliseconds(500)
    return MachineReading(
      facts: facts, clockOffset: theirs - ours,
      clockDoubt: .milliseconds(took.wholeMilliseconds / 2 + 500))
  }
}
