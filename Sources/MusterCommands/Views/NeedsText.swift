import Terminal

/// What a task takes, or a worker has, in words: `2 slots, 4 GiB, 1 GPU`.
enum NeedsText {
  static func of(_ slots: UInt32, _ memory: UInt64, _ gpus: UInt32) -> String {
    var parts = [slots == 1 ? "1 slot" : "\(slots) slots"]
    if memory > 0 { parts.append(Format.bytes(memory)) }
    if gpus > 0 { parts.append(gpus == 1 ? "1 GPU" : "\(gpus) GPUs") }
    return parts.joined(separator: ", ")
  }
}
