import Foundation

/// An input or a result: bytes in memory, or a file of the store that holds them.
public enum Payload: Sendable, Hashable {
  case bytes(Data)
  /// A file that nobody changes; it lives as long as its task.
  case file(path: String, size: Int)

  public var size: Int {
    switch self {
    case .bytes(let data): data.count
    case .file(_, let size): size
    }
  }

  /// The bytes, read from the file if need be.
  public func load() throws -> Data {
    switch self {
    case .bytes(let data): return data
    case .file(let path, let size):
      do {
        let data = try Data(contentsOf: URL(filePath: path), options: .alwaysMapped)
        guard data.count == size else {
          throw StoreError(.corrupt, "it has \(data.count) bytes instead of \(size)")
        }
        return data
      } catch {
        throw StoreError(
          .corrupt, "the payload file '\(path)' cannot be read; restore it from a backup, or retry the task",
          cause: error)
      }
    }
  }
}
