import ArgumentParser
import OCIImages

/// `muster image inspect`
struct ImageInspect: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect", abstract: "Say what an image is made of, without fetching its layers.")

  @Argument(help: "Where the image is.") var source: String
  @Flag(help: "Print the manifest or index itself, byte by byte.") var raw = false
  @Flag(help: "List also the tags of the repository, and what refers to the image.") var all = false
  @OptionGroup var platform: PlatformOptions
  @OptionGroup var registry: RegistryOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let location = try ImageLocation(source)
    let platform = try platform.read()
    try await registry.withPlaces([location]) { places, client in
      let (place, image) = try await places.source(location)
      let inspection = try await ImageInspection(place, image, platform: platform)
      if raw { return try output.output.payload(inspection.content) }
      var view = ImageInspectView(inspection, of: location.description)
      if all, case .registry(let reference) = location {
        let repository = client.repository(reference)
        view.tags = try await repository.tags()
        view.referrers = try await repository.referrers(of: inspection.descriptor.digest).map(ImagePartView.init)
      }
      try output.output.render(view, table: view.table, ids: [view.digest])
    }
  }
}
