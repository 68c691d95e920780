/// A POSIX shell script that runs as root on a machine.
///
/// In `REMOTE_SHELL` it finds the number of the process that ends with the connection.
public struct RemoteScript: Sendable {
  /// What runs, for errors and the journal: "reads the facts of the machine".
  public var purpose: String
  /// Is read by `/bin/sh` (dash, busybox, bash) in a shell of its own; never seen in a process list.
  public var text: String
  /// What it reads on its standard input. Secrets go here and nowhere else.
  public var input: [UInt8]
  /// It is stopped, with all that it started, when it takes longer.
  public var limit: Duration
  /// Bytes that it may write on standard output, and as many on standard error; more is an error.
  public var mostOutput: Int
  /// Is told of what it writes on standard output as it comes, in pieces of any size. Must not wait: nothing is read meanwhile.
  public var heard: (@Sendable ([UInt8]) -> Void)?

  public init(
    _ purpose: String, _ text: String, input: [UInt8] = [], limit: Duration = .seconds(60), mostOutput: Int = 4 << 20
  ) {
    self.purpose = purpose
    self.text = text
    self.input = input
    self.limit = limit
    self.mostOutput = mostOutput
  }
}
