import Foundation
import MusterCore

/// The parameters of one statement as libpq takes them: their bytes one after the other in one block, which is used again.
final class ParameterBuffer {
  /// What a block may keep beyond one statement, in bytes.
  private static let kept = 4 << 20
  /// What libpq can say of one value's length, in bytes.
  var largest = Int(Int32.max)

  private var base = UnsafeMutableRawPointer.allocate(byteCount: 4096, alignment: 8)
  private var capacity = 4096
  private var used = 0
  /// Where each value begins; nil: NULL.
  private var starts: [Int?] = []
  private var lengths: [Int32] = []
  private var formats: [Int32] = []
  private var pointers: [UnsafePointer<CChar>?] = []

  deinit { base.deallocate() }

  func encode(_ values: [PostgresValue]) throws(PostgresError) {
    used = 0
    if capacity > Self.kept { allocate(4096) }
    starts.removeAll(keepingCapacity: true)
    lengths.removeAll(keepingCapacity: true)
    for value in values {
      let start = used
      if case .null = value {
        starts.append(nil)
        lengths.append(0)
        continue
      }
      try write(value)
      starts.append(start)
      lengths.append(Int32(used - start))
    }
    while formats.count < values.count { formats.append(1) }
    pointers.removeAll(keepingCapacity: true)
    for start in starts {
      pointers.append(start.map { UnsafeRawPointer(base + $0).assumingMemoryBound(to: CChar.self) })
    }
  }

  /// What was encoded last: the values, their lengths, and a 1 (binary) for each.
  func withPointers<R>(
    _ body: (_ count: Int32, LibPQ.CStrings?, UnsafePointer<Int32>?, UnsafePointer<Int32>?) -> R
  ) -> R {
    pointers.withUnsafeBufferPointer { pointers in
      lengths.withUnsafeBufferPointer { lengths in
        formats.withUnsafeBufferPointer { formats in
          body(Int32(pointers.count), pointers.baseAddress, lengths.baseAddress, formats.baseAddress)
        }
      }
    }
  }

  private func write(_ value: PostgresValue) throws(PostgresError) {
    switch value {
    case .null: break
    case .int(let number): try writeInteger(number)
    case .int4(let number): try writeInteger(number)
    case .int2(let number): try writeInteger(number)
    case .bool(let flag): try writeInteger(UInt8(flag ? 1 : 0))
    case .text(let text):
      try reserve(text.utf8.count)
      put(text)
    case .bytes(let data):
      try reserve(data.count)
      put(data)
    case .time(let time): try writeInteger(ServerTime.microseconds(time))
    case .ints(let numbers): try writeArray(numbers, of: TypeOID.int8) { putElement($0) }
    case .int4s(let numbers): try writeArray(numbers, of: TypeOID.int4) { putElement($0) }
    case .bools(let flags): try writeArray(flags, of: TypeOID.bool) { putElement(UInt8($0 ? 1 : 0)) }
    case .texts(let texts):
      try writeArray(texts, of: TypeOID.text, bytes: texts.reduce(0) { $0 + $1.utf8.count }) { putElement($0) }
    case .optionalInts(let numbers):
      try writeOptionalArray(numbers, of: TypeOID.int8) { putElement($0) }
    case .optionalTexts(let texts):
      try writeOptionalArray(texts, of: TypeOID.text, bytes: texts.reduce(0) { $0 + ($1?.utf8.count ?? 0) }) {
        putElement($0)
      }
    case .byteas(let datas):
      try writeOptionalArray(datas, of: TypeOID.bytea, bytes: datas.reduce(0) { $0 + ($1?.count ?? 0) }) {
        putElement($0)
      }
    case .times(let times):
      try writeOptionalArray(times, of: TypeOID.timestamptz) { putElement(ServerTime.microseconds($0)) }
    }
  }

  /// - Parameter bytes: what the elements take beside their length words; without it, at most 8 for each.
  private func writeArray<Element>(
    _ elements: [Element], of type: UInt32, bytes: Int? = nil, _ put: (Element) -> Void
  ) throws(PostgresError) {
    try reserve(20 + elements.count * 4 + (bytes ?? elements.count * 8))
    putArrayHead(elements.count, hasNull: false, type)
    for element in elements { put(element) }
  }

  private func writeOptionalArray<Element>(
    _ elements: [Element?], of type: UInt32, bytes: Int? = nil, _ put: (Element) -> Void
  ) throws(PostgresError) {
    try reserve(20 + elements.count * 4 + (bytes ?? elements.count * 8))
    putArrayHead(elements.count, hasNull: elements.contains { $0 == nil }, type)
    for element in elements {
      if let element { put(element) } else { putInteger(Int32(-1)) }
    }
  }

  /// The form of `array_send`: dimensions, whether any element is NULL, the elements' type; then length and first index of
  /// the one dimension. An array without elements has no dimension.
  private func putArrayHead(_ count: Int, hasNull: Bool, _ type: UInt32) {
    putInteger(Int32(count == 0 ? 0 : 1))
    putInteger(Int32(hasNull ? 1 : 0))
    putInteger(type)
    guard count > 0 else { return }
    putInteger(Int32(truncatingIfNeeded: count))
    putInteger(Int32(1))
  }

  private func putElement<Number: FixedWidthInteger>(_ number: Number) {
    putInteger(Int32(MemoryLayout<Number>.size))
    putInteger(number)
  }

  private func putElement(_ text: String) {
    putInteger(Int32(truncatingIfNeeded: text.utf8.count))
    put(text)
  }

  private func putElement(_ data: Data) {
    putInteger(Int32(truncatingIfNeeded: data.count))
    put(data)
  }

  private func writeInteger(_ number: some FixedWidthInteger) throws(PostgresError) {
    try reserve(8)
    putInteger(number)
  }

  @inline(__always)
  private func putInteger<Number: FixedWidthInteger>(_ number: Number) {
    (base + used).storeBytes(of: number.bigEndian, as: Number.self)
    used += MemoryLayout<Number>.size
  }

  private func put(_ text: String) {
    var text = text
    text.withUTF8 { put(UnsafeRawBufferPointer($0)) }
  }

  private func put(_ data: Data) { data.withUnsafeBytes { put($0) } }

  private func put(_ bytes: UnsafeRawBufferPointer) {
    guard let source = bytes.baseAddress else { return }
    (base + used).copyMemory(from: source, byteCount: bytes.count)
    used += bytes.count
  }

  /// Makes room for one value.
  private func reserve(_ size: Int) throws(PostgresError) {
    guard size <= largest else {
      throw PostgresError(.value, "a value of \(size) bytes is too large for PostgreSQL; the most is \(largest)")
    }
    if used + size > capacity { allocate(max(used + size, capacity * 2)) }
  }

  private func allocate(_ size: Int) {
    let larger = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 8)
    larger.copyMemory(from: base, byteCount: used)
    base.deallocate()
    base = larger
    capacity = size
  }
}
