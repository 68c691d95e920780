/// A file, a folder or a program of this machine, and where it stands in an image.
public struct PlacedFile: Sendable, Hashable {
  public var source: String
  /// In the image; absolute.
  public var path: String
  /// Nil: as is usual for what it is.
  public var mode: UInt16?

  public init(source: String, path: String, mode: UInt16? = nil) {
    self.source = source
    self.path = path
    self.mode = mode
  }

  /// From `SOURCE:PATH[:MODE]`, the mode in octal.
  ///
  /// - Parameters:
  ///   - option: for errors: where the text stands.
  ///   - needsPath: false: `SOURCE` alone will do, and it goes where it is here.
  /// - Throws: ``OCIError`` (`bad_image_recipe`).
  public init(_ text: String, option: String, needsPath: Bool = true) throws(OCIError) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    let isWhole = parts.count == 2 || parts.count == 3 || (!needsPath && parts.count == 1)
    guard isWhole, parts.allSatisfy({ !$0.isEmpty }) else {
      throw OCIError(
        .badRecipe, "\(option) is '\(text)'; write SOURCE:PATH or SOURCE:PATH:MODE, as ./app:/usr/bin/app:755")
    }
    source = parts[0]
    path = parts.count > 1 ? parts[1] : parts[0]
    mode = parts.count == 3 ? UInt16(parts[2], radix: 8) : nil
    guard path.hasPrefix("/") else {
      throw OCIError(
        .badRecipe, "\(option) puts '\(source)' at '\(path)', which is not absolute; begin it with '/'")
    }
    guard parts.count < 3 || (mode ?? .max) <= 0o7777 else {
      throw OCIError(.badRecipe, "\(option) has the mode '\(parts[2])'; write it as 755 or 4755")
    }
  }

  /// Of a file or folder.
  public var content: LayerContent {
    LayerContent(.copy(source: source), at: path, mode: mode.map { .exactly($0) } ?? .normal)
  }

  /// Of a program, which somebody has to be able to execute.
  public var programContent: LayerContent {
    LayerContent(.copy(source: source), at: path, mode: .exactly(mode ?? 0o755))
  }
}
