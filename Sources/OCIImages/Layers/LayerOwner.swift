/// Who owns a file in an image, by number.
public struct LayerOwner: Sendable, Hashable {
  public var user: UInt32
  public var group: UInt32

  public init(user: UInt32, group: UInt32) {
    self.user = user
    self.group = group
  }

  public static let root = LayerOwner(user: 0, group: 0)
}
