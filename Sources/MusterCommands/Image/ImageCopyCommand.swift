import ArgumentParser
import OCIImages

/// `muster image copy`
struct ImageCopyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "copy", abstract: "Copy an image from any place to any other.",
    discussion: "Between repositories of one registry nothing is sent that the registry can take over by itself.")

  @Argument(help: "Where the image is.") var source: String
  @Argument(help: "Where it is to be.") var destination: String
  @OptionGroup var platform: PlatformOptions
  @OptionGroup var registry: RegistryOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    try await Self.copy(try ImageLocation(source), try ImageLocation(destination), platform, registry, output)
  }

  static func copy(
    _ from: ImageLocation, _ to: ImageLocation, _ platform: PlatformOptions, _ registry: RegistryOptions,
    _ output: OutputOptions
  ) async throws {
    let platform = try platform.read()
    try await registry.withPlaces([from, to]) { places, _ in
      let (source, image) = try await places.source(from)
      let transfer = ImageTransfer(places: places, output: output.output, platform: platform)
      try await transfer.run(source, image, from: from.description, to: to)
    }
  }
}
