/// What a task takes from a worker while it runs.
public struct Needs: Sendable, Hashable, Codable {
  /// Slots, 1 or more. A worker offers a number of slots, by default one a core.
  public var slots: UInt16
  /// Bytes of memory; 0 asks for none in particular and sets no limit.
  public var memory: UInt64
  /// Whole GPUs.
  public var gpus: UInt16

  public init(slots: UInt16 = 1, memory: UInt64 = 0, gpus: UInt16 = 0) {
    self.slots = slots
    self.memory = memory
    self.gpus = gpus
  }

  /// Whether `capacity` covers every need.
  public func fits(_ capacity: Needs) -> Bool {
    slots <= capacity.slots && memory <= capacity.memory && gpus <= capacity.gpus
  }
}
