/// What a layer adds to those below it, and takes away.
public struct LayerRecipe: Sendable, Hashable {
  /// In any order; what comes later replaces what came before it at the same path.
  public var contents: [LayerContent]
  /// Stands in the image's history.
  public var comment: String

  public init(_ contents: [LayerContent], comment: String = "") {
    self.contents = contents
    self.comment = comment
  }
}
