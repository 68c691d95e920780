import ArgumentParser
import OCIImages

/// `muster image pull`
struct ImagePull: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pull", abstract: "Fetch an image from a registry.",
    discussion: "Everything is checked against its digest. A transfer that breaks goes on where it broke.")

  @Argument(help: "The image: registry.example/team/app:1.0, or @sha256:… instead of the tag.") var source: String
  @Argument(help: "Where to put it: oci:DIR[:TAG] or docker-archive:FILE[:NAME:TAG].") var destination: String
  @OptionGroup var platform: PlatformOptions
  @OptionGroup var registry: RegistryOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let (from, to) = (try ImageLocation(source), try ImageLocation(destination))
    guard case .registry = from else {
      throw CommandError(
        .badArgument, "'\(from)' is no name in a registry; pull from one, or use 'muster image copy' for other places")
    }
    try await ImageCopyCommand.copy(from, to, platform, registry, output)
  }
}
