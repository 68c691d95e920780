/// Bytes as disks, networks and people spoil them.
extension Dice {
  /// The bytes with one to four of them, or runs of them, changed, left out, doubled or put in, or the end cut off.
  ///
  /// - Parameter marks: characters that mean something to the reader of the bytes, which are put in more often than others.
  /// - Returns: at most 4096 bytes more than there were.
  public mutating func damaged(_ bytes: [UInt8], marks: String = usualMarks) -> [UInt8] {
    let marks = Array(marks.utf8)
    var result = bytes
    for _ in 0..<roll(1..<5) {
      let place = roll(0..<result.count + 1)
      let end = min(result.count, place + roll(1..<41))
      switch roll(0..<10) {
      case 0, 1: result.insert(one(of: marks), at: place)
      case 2 where place < result.count: result[place] = one(of: marks)
      case 3 where place < result.count: result[place] = UInt8.random(in: 0...255, using: &self)
      case 4 where place < result.count: result[place] ^= 1 << UInt8.random(in: 0..<8, using: &self)
      case 5 where place < result.count: result.remove(at: place)
      case 6: result.removeSubrange(place..<end)
      case 7: result.insert(contentsOf: result[place..<end], at: roll(0..<result.count + 1))
      // Long enough for whole records of a format.
      case 8: result.insert(contentsOf: result[place...].prefix(roll(0..<2000)), at: place)
      case 9 where chance(50): result.removeLast(result.count - place)
      default: for index in place..<min(end, place + 8) { result[index] = place % 2 == 0 ? 0xFF : 0 }
      }
    }
    return Array(result.prefix(bytes.count + 4096))
  }

  /// The same of a text's UTF-8.
  public mutating func damaged(_ text: String, marks: String = usualMarks) -> [UInt8] {
    damaged(Array(text.utf8), marks: marks)
  }

  public static let usualMarks = "{}[](),:;=<>\"'\\/@#%-+.0 \t\n\0"
}
