/// A root shell on one machine, over one connection.
///
/// Scripts run one after the other. What is under way when the connection breaks may have been done or not: every script
/// must be one that can run again.
public protocol RemoteShell: Sendable {
  /// What the machine is called in messages.
  var name: String { get }

  /// Runs a script and waits for its end. Cancelling stops it on the machine, too.
  ///
  /// - Throws: ``RemoteHostError``: `lost`, `deadline`, `tooMuch`; never for its exit status.
  func run(_ script: RemoteScript) async throws -> RemoteAnswer

  /// Runs a script whose standard input is read from a stream of known length, as a tar archive for `tar -x`.
  ///
  /// - Parameters:
  ///   - length: bytes that `pieces` gives; another number is an error, and the connection is given up.
  ///   - progress: is told how many bytes have been sent so far.
  func run(
    _ script: RemoteScript, length: Int, pieces: any AsyncSequence<[UInt8], any Error> & Sendable,
    progress: @escaping @Sendable (Int) -> Void
  ) async throws -> RemoteAnswer

  /// Ends the session; what runs is stopped.
  func close() async
}
