import ArgumentParser

/// The exit statuses of the program, as docs/cli.md lists them.
public enum ExitStatus {
  public static let success: Int32 = 0
  /// The command could not do what was asked, or a task that it waited for failed.
  public static let failure: Int32 = 1
  /// The command line makes no sense (EX_USAGE).
  public static let usage: Int32 = 64
  /// A daemon was told a second time to end (128 + SIGTERM).
  public static let terminated: Int32 = 143
  /// Detached from a batch that goes on (128 + SIGINT, as shells report it).
  public static let detached: Int32 = 130
}

/// Ends a command with a status after it has printed all there is to say.
struct QuietExit: Error {
  let status: Int32
}
