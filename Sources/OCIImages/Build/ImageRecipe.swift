/// How to make one image for one platform.
public struct ImageRecipe: Sendable {
  public var base: ImageBase
  public var platform: Platform
  /// Above those of the base, from the lowest up.
  public var layers: [LayerRecipe]
  public var changes: ConfigurationChanges
  /// Of `bin`, `sbin`, `lib`, `lib32`, `lib64`, `libx32`, `var/run` and `var/lock`: those that the base has as folders.
  ///
  /// In most images they are links, and a file below one of them would hide what the base has there; so it is refused unless its folder is named here.
  public var realFolders: Set<String> = []
  /// Of the image's manifest. What image it is based on is added.
  public var annotations: [String: String]

  public init(
    base: ImageBase = .scratch, platform: Platform = .current, layers: [LayerRecipe] = [],
    changes: ConfigurationChanges = ConfigurationChanges(), annotations: [String: String] = [:]
  ) {
    self.base = base
    self.platform = platform
    self.layers = layers
    self.changes = changes
    self.annotations = annotations
  }
}
