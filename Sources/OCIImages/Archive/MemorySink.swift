/// Keeps what it takes in memory: for what is small.
final class MemorySink: ByteSink {
  private(set) var bytes: [UInt8] = []

  func write(_ more: UnsafeRawBufferPointer) { bytes.append(contentsOf: more) }
}
