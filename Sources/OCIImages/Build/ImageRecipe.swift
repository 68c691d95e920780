/// How to make one image for one platform.
public struct ImageRecipe: Sendable {
  public var base: ImageBase
  public var platform: Platform
  /// Above those of the base, from the lowest up.
  public var layers: [LayerRecipe]
  public var changes: ConfigurationChanges
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
