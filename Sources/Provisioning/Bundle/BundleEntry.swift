/// A regular file of a bundle's folder.
struct BundleEntry: Sendable, Hashable {
  /// Relative to the folder.
  var path: String
  /// Where its bytes are, when it is a link within the folder.
  var place: String
  var stamp: FileStamp
}
