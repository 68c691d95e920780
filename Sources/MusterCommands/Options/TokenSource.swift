import ArgumentParser
import MusterCore
import Trust

/// Where a command gets a token from: an option, a file, standard input or a variable.
struct TokenSource: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The token. Other users of this machine may read it in the list of processes while this command starts: see --token-file.",
      valueName: "token"))
  var token: String?

  @Option(
    help: ArgumentHelp("A file with the token; - is standard input. Or the variable MUSTER_TOKEN.", valueName: "file"),
    completion: .file())
  var tokenFile: String?

  static let variable = "MUSTER_TOKEN"

  /// - Throws: ``CommandError``, ``TrustError``; no message repeats the token.
  func read() throws -> TokenText {
    if let token {
      // What stands in the list of processes is overwritten as soon as it is read.
      ThisProgram.hide(argument: token)
      if tokenFile != nil {
        throw CommandError(.badArgument, "give the token with --token or with --token-file, not with both")
      }
      return try TokenText(parsing: token)
    }
    if let tokenFile {
      return try TokenText(parsing: String(decoding: try InputFile.read(tokenFile), as: UTF8.self))
    }
    if let token = CommandContext.current.environment[Self.variable], !token.isEmpty {
      return try TokenText(parsing: token)
    }
    throw CommandError(
      .badArgument,
      "no token is given; give one with --token-file FILE (- is standard input), --token TOKEN or \(Self.variable); an administrator makes one with 'muster token create'"
    )
  }
}
