import RemoteHosts

/// Actions of one machine that follow each other, done by one script: a line of its output says after each that it is done.
struct ActionBatch: Sendable {
  let actions: [MachineAction]

  /// How many actions a script does at most, so that none becomes too long for a shell to hold.
  private static let most = 100

  /// - Parameter actions: of one machine and phase, in order.
  static func batches(_ actions: [MachineAction]) -> [ActionBatch] {
    stride(from: 0, to: actions.count, by: most).map {
      ActionBatch(actions: Array(actions[$0..<min($0 + most, actions.count)]))
    }
  }

  /// - Parameters:
  ///   - opening: what comes first, as taking the lock.
  ///   - heard: is told what the script writes.
  func script(opening: String, heard: @escaping @Sendable ([UInt8]) -> Void) -> RemoteScript {
    var text = DeedScript.prelude + opening + "echo '\(Self.begins)'\n"
    for (index, action) in actions.enumerated() {
      text += DeedScript.text(action.deed) + "echo '\(Self.done) \(index)'\n"
    }
    let purpose = actions.count == 1 ? actions.first.map { DeedScript.purpose($0.deed) } : nil
    var script = RemoteScript(
      purpose ?? "does \(actions.count) things", text + "exit 0\n", limit: limit, mostOutput: 1 << 20)
    script.heard = heard
    return script
  }

  var limit: Duration { actions.reduce(.zero) { $0 + DeedScript.limit($1.deed) } }

  var contents: [WantedFile.Content] { actions.flatMap { DeedScript.contents(of: $0.deed) } }

  /// The line before the first action.
  static let begins = "@muster begins"
  /// The line after an action, and its place in the batch.
  static let done = "@muster done"
}
