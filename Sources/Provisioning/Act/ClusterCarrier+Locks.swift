import MusterCore
import RemoteHosts

extension ClusterCarrier {
  /// How long a lock holds before the first action.
  private static let patience = Duration.seconds(300)

  /// Takes the lock of machines, side by side. Whoever does not get all of them should give them back.
  ///
  /// - Returns: those on which it could not be taken.
  /// - Throws: `CancellationError`.
  public func takeLocks(_ machines: [String]) async throws -> [MachineFailure] {
    let script = RemoteScript(
      "locks the machine", DeedScript.prelude + lock.takes(for: Self.patience) + "exit 0\n", limit: .seconds(60),
      mostOutput: 64 << 10)
    let answers = await limits.sideBySide(machines) { machine in
      guard let shell = try shells[machine]?.get() else { throw CancellationError() }
      let answer = try await shell.run(script)
      guard answer.status != 0 else { return }
      let words = answer.lastErrorLine ?? "no reason was given"
      throw ProvisioningError(
        answer.status == MachineLock.heldStatus ? .locked : .unfit, "\(machine): \(words)",
        details: ["machine": machine])
    }
    try Task.checkCancellation()
    return zip(machines, answers).compactMap { machine, answer in
      guard case .failure(let error) = answer else { return nil }
      return MachineFailure(
        machine,
        error as? any CodedError
          ?? RemoteHostError(.lost, "\(machine): locking it was broken off; try again", cause: error))
    }
  }

  /// Gives the locks back, where this run has them. What is not given back holds no longer than the connection.
  ///
  /// - Parameter removes: nothing of Muster's is to be left on the machines.
  public func giveBackLocks(_ machines: [String], removes: Bool = false) async {
    let script = RemoteScript("unlocks the machine", lock.release(removes: removes), limit: .seconds(30))
    _ = await limits.sideBySide(machines) { machine in _ = try await shells[machine]?.get().run(script) }
  }
}
