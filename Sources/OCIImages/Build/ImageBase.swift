/// What an image stands on.
public enum ImageBase: Sendable {
  /// Nothing.
  case scratch
  /// An image of a registry, a layout, an archive, or one just built; of an index, the one for the recipe's platform.
  case image(any ImageSource, ManifestReference?)
}
