import MusterCore
import OCIImages
import Terminal

/// Copies an image from place to place and shows how far it is.
struct ImageTransfer {
  let places: ImagePlaces
  let output: Output
  var platform: Platform?
  var parallel = 4

  /// - Parameter from: for people: what is copied.
  func run(
    _ source: any ImageSource, _ image: ManifestReference?, from: String, to location: ImageLocation
  ) async throws {
    let (destination, tag) = try places.destination(location)
    let copy = ImageCopy(
      from: source, image, to: destination, tag: tag,
      options: .init(platform: platform(for: location), parallelism: parallel))
    async let last = show(copy.progress)
    let descriptor: Descriptor
    do {
      descriptor = try await copy.run()
    } catch {
      _ = await last
      throw error
    }
    let view = ImageTransferView(descriptor, from: from, to: location.description, progress: await last)
    try output.render(view, table: view.table, ids: [view.digest])
  }

  /// A docker-archive has room for one platform only: if none is asked for, for that of this machine.
  private func platform(for location: ImageLocation) -> Platform? {
    if platform == nil, case .dockerArchive = location { return .current }
    return platform
  }

  /// Redraws a line on a terminal, about ten times a second; elsewhere only the result is said.
  private func show(_ progress: AsyncStream<CopyProgress>) async -> CopyProgress {
    let isShown = output.mode != .quiet && output.messages.isTerminal
    let pace = ProgressPace(SystemTime())
    var last = CopyProgress()
    for await state in progress {
      last = state
      if isShown, pace.isDue() { output.messages.setLiveLine(Self.text(state)) }
    }
    if isShown { output.messages.setLiveLine("") }
    return last
  }

  /// How far it is, as a live line says it.
  static func text(_ state: CopyProgress) -> String {
    let bytes = "\(size(state.bytesDone + state.bytesSkipped)) of \(size(state.bytes))"
    return "\(bytes)  \(state.blobsDone)/\(state.blobs) parts"
  }

  private static func size(_ bytes: Int64) -> String { Format.bytes(UInt64(max(bytes, 0))) }
}
