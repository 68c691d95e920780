import Foundation

/// A new folder of this program alone; removed, with all in it, when the last one who holds it lets go.
final class TemporaryFolder: Sendable {
  let path: String

  /// - Parameter parent: nil: the system's folder for temporary files (TMPDIR).
  init(in parent: String? = nil, prefix: String = "oci-images") throws(OCIError) {
    let parent = parent ?? FileManager.default.temporaryDirectory.path
    let path = "\(parent)/\(prefix)-\(UUID().uuidString)"
    guard mkdir(path, 0o700) == 0 else { throw OpenFile.failure("cannot be made", path) }
    self.path = path
  }

  deinit { remove() }

  /// Removes it now: who holds a value last, and for how long, is not always in one's hand.
  func remove() { try? FileManager.default.removeItem(atPath: path) }
}
