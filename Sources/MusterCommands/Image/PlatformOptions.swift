import ArgumentParser
import OCIImages

/// Which image of an index.
struct PlatformOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Only the image for this platform. Default: all that there are; for a docker-archive, that of this machine.",
      valueName: "os/arch"))
  var platform: String?

  func read() throws -> Platform? { try platform.map { try Platform($0) } }
}
