import Foundation

/// Builds images from files, without a daemon: the same recipes and files give the same digests.
///
/// The digest of a compressed layer also depends on the release of zlib; that of its content (the diff id) does not.
public struct ImageBuilder: Sendable {
  public var compression = LayerCompression.gzip(level: 6)
  /// The time of every file and of the image: seconds since 1970. ``sourceDate(_:)`` reads it as other programs do.
  public var time: Int64 = 0
  /// Where the layers are put; nil: the system's folder for temporary files.
  public var temporaryFolder: String?

  public init() {}

  /// The time that SOURCE_DATE_EPOCH says, for builds that can be repeated; 0 if it is not set.
  ///
  /// - Throws: ``OCIError`` (`bad_image_recipe`) if it is no number of seconds.
  public static func sourceDate(_ environment: [String: String]) throws(OCIError) -> Int64 {
    guard let text = environment["SOURCE_DATE_EPOCH"], !text.isEmpty else { return 0 }
    guard let seconds = Int64(text), (0...253_402_300_799).contains(seconds) else {
      throw OCIError(.badRecipe, "SOURCE_DATE_EPOCH is '\(text.prefix(50))', which is no number of seconds since 1970")
    }
    return seconds
  }

  /// - Throws: ``OCIError``.
  public func build(_ recipe: ImageRecipe) async throws -> BuiltImage {
    var work = try ImageAssembly(self)
    let image = try await work.add(recipe)
    return work.finish(image)
  }

  /// An index with an image a recipe.
  ///
  /// - Throws: ``OCIError``; `bad_image_recipe` if two recipes are for one platform.
  public func build(index recipes: [ImageRecipe], annotations: [String: String] = [:]) async throws -> BuiltImage {
    guard Set(recipes.map(\.platform.normalized)).count == recipes.count else {
      throw OCIError(.badRecipe, "an index can have only one image for each platform; two recipes are for the same")
    }
    var work = try ImageAssembly(self)
    var images: [Descriptor] = []
    for recipe in recipes { images.append(try await work.add(recipe)) }
    let index = try work.add(ImageIndex(manifests: images, annotations: annotations.isEmpty ? nil : annotations))
    return work.finish(index)
  }
}
