import Foundation

/// Puts a large input together from its pieces.
struct InputAssembly {
  enum Step: Equatable {
    case more
    case complete
    /// The pieces do not make up the size that was announced.
    case wrongSize
  }

  let size: Int
  private(set) var data = Data()

  init(size: Int) {
    self.size = size
  }

  mutating func add(_ piece: Data, last: Bool) -> Step {
    guard data.count + piece.count <= size else { return .wrongSize }
    data.append(piece)
    if last { return data.count == size ? .complete : .wrongSize }
    return .more
  }
}
