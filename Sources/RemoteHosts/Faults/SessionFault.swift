import MusterCore

/// What is said when a session breaks while a script runs. Nothing that the script wrote is in it.
struct SessionFault {
  let machine: String
  let purpose: String

  func lost(_ words: String) -> RemoteHostError {
    // Only what is known to be the client's own is repeated: a script may have written secrets.
    let known = ["Timeout, server", "Connection to ", "Connection reset", "client_loop:", "Read from remote host"]
    let why = known.contains { words.hasPrefix($0) } ? " (\(words.filter { !$0.isNewline }.prefix(200)))" : ""
    return error(
      .lost, "the connection broke while it ran\(why); whether that came to its end is not known, so run it again")
  }

  func deadline(_ limit: Duration) -> RemoteHostError {
    error(
      .deadline,
      "it did not end within \(DurationText.text(limit)) and was stopped; see what the machine is busy with, and run it again"
    )
  }

  func killed() -> RemoteHostError {
    error(.lost, "something on the machine ended it; see whether the machine is out of memory, and run it again")
  }

  func tooMuch(_ most: Int) -> RemoteHostError {
    error(
      .tooMuch, "it wrote more than \(most) bytes and was stopped; see what the machine says when it is run by hand")
  }

  func nonsense() -> RemoteHostError {
    error(.lost, "the machine's answer is none that a shell gives; see what its shell prints")
  }

  private func error(_ code: RemoteHostError.Code, _ what: String) -> RemoteHostError {
    RemoteHostError(code, "\(machine): '\(purpose)': \(what)", details: ["machine": machine, "purpose": purpose])
  }
}
