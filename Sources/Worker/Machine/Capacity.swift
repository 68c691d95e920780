import TaskModel

/// What a worker offers and how much of it is in use: slots, memory, GPUs. Never lends more than it has.
struct Capacity {
  /// What one attempt holds while it runs.
  struct Grant: Hashable {
    /// The lowest slot number of the attempt.
    var slot: Int
    /// The others; kept apart so that the common attempt of one slot allocates nothing.
    var otherSlots: [Int] = []
    var gpus: [Int] = []
    var memory: UInt64 = 0
  }

  let slots: Int
  let memory: UInt64
  let gpus: [Int]
  private var freeSlots: FreeNumbers
  private var freeGPUs: FreeNumbers
  private(set) var freeMemory: UInt64

  /// - Parameter gpus: device numbers.
  init(slots: Int, memory: UInt64, gpus: [Int]) {
    self.slots = slots
    self.memory = memory
    self.gpus = gpus
    freeSlots = FreeNumbers(count: slots)
    freeGPUs = FreeNumbers(count: gpus.count)
    freeMemory = memory
  }

  var slotsInUse: Int { slots - freeSlots.free }

  /// Whether an attempt could run if nothing else did.
  func couldHold(_ needs: Needs) -> Bool {
    Int(needs.slots) <= slots && needs.memory <= memory && Int(needs.gpus) <= gpus.count
  }

  mutating func take(_ needs: Needs) -> Grant? {
    let wanted = max(Int(needs.slots), 1)
    guard wanted <= freeSlots.free, needs.memory <= freeMemory, Int(needs.gpus) <= freeGPUs.free,
      let slot = freeSlots.take()
    else { return nil }
    var grant = Grant(slot: slot, memory: needs.memory)
    for _ in 1..<wanted { if let other = freeSlots.take() { grant.otherSlots.append(other) } }
    for _ in 0..<needs.gpus { if let index = freeGPUs.take() { grant.gpus.append(gpus[index]) } }
    freeMemory -= needs.memory
    return grant
  }

  mutating func give(_ grant: Grant) {
    freeSlots.give(grant.slot)
    for slot in grant.otherSlots { freeSlots.give(slot) }
    for device in grant.gpus { if let index = gpus.firstIndex(of: device) { freeGPUs.give(index) } }
    freeMemory += grant.memory
  }
}
