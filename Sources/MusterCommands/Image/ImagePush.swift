import ArgumentParser
import OCIImages

/// `muster image push`
struct ImagePush: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "push", abstract: "Send an image to a registry.",
    discussion: """
      What the registry has already is not sent. An upload that breaks goes on where the registry says that it is; a push \
      that fails can be repeated.
      """)

  @Argument(help: "Where the image is: oci:DIR[:TAG] or docker-archive:FILE[:NAME:TAG].") var source: String
  @Argument(help: "The name to push to: registry.example/team/app:1.0.") var destination: String
  @OptionGroup var platform: PlatformOptions
  @OptionGroup var registry: RegistryOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let (from, to) = (try ImageLocation(source), try ImageLocation(destination))
    guard case .registry = to else {
      throw CommandError(
        .badArgument, "'\(to)' is no name in a registry; push to one, or use 'muster image copy' for other places")
    }
    try await ImageCopyCommand.copy(from, to, platform, registry, output)
  }
}
