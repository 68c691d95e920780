import SeededDice

extension Dice {
  private static let odd = Array("0123456789/:;,.{}()'\"= \n\t\u{1B}\u{0}\u{202E}é🙂".unicodeScalars)

  /// One to six changes: cut, doubled, replaced and inserted characters.
  mutating func mutated(_ text: String) -> String {
    var scalars = Array(text.unicodeScalars)
    for _ in 0...Int.random(in: 0...5, using: &self) {
      let place = Int.random(in: 0...scalars.count, using: &self)
      let scalar = Self.odd.randomElement(using: &self) ?? " "
      switch Int.random(in: 0..<5, using: &self) {
      case 0: scalars.insert(scalar, at: place)
      case 1 where place < scalars.count: scalars[place] = scalar
      case 2: scalars.removeLast(scalars.count - place)
      case 3: scalars.removeFirst(place)
      case 4 where scalars.count < 5000: scalars.insert(contentsOf: scalars[place...], at: place)
      default: break
      }
    }
    var result = String.UnicodeScalarView()
    result.append(contentsOf: scalars)
    return String(result)
  }
}
