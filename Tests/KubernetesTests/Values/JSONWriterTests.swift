import Foundation
import SeededDice
import Testing

@testable import Kubernetes

@Suite struct JSONWriterTests {
  @Test("The same value always gives the same text, sorted")
  func sorted() {
    let value: JSONValue = ["b": 1, "a": [true, .null, "x"], "é": [:], "Z": []]
    #expect(JSONWriter.text(value) == #"{"Z":[],"a":[true,null,"x"],"b":1,"é":{}}"#)
    #expect(JSONWriter.text(["a": [1]], isIndented: true) == "{\n    \"a\": [\n        1\n    ]\n}")
  }

  @Test("Only what must be escaped is")
  func escapes() {
    #expect(JSONWriter.text(.string("\"\\/\n\r\t\u{1}\u{1f}<é😀")) == #""\"\\/\n\r\t\u0001\u001f<é😀""#)
  }

  /// As Go prints them, and so kubectl.
  @Test(
    "Numbers are short and exact",
    arguments: [
      (0.1, "0.1"), (1.5, "1.5"), (-0.5, "-0.5"), (100, "100"), (1e15, "1000000000000000"),
      (9_223_372_036_854_775_808, "9223372036854775808"), (1e20, "100000000000000000000"), (1e21, "1e+21"),
      (1e22, "1e+22"), (1.5e300, "1.5e+300"), (1e-6, "0.000001"), (1e-7, "1e-7"),
      (Double.leastNonzeroMagnitude, "5e-324"), (0, "0"),
      (-0.0, "0"), (123.456, "123.456"), (1.2345678901234568e22, "1.2345678901234568e+22"),
    ])
  func numbers(_ number: Double, _ text: String) {
    // Go writes 2^63 as 9223372036854775808 or ...6000 by the digits that matter; both read back as the same number.
    let written = JSONWriter.numberText(number)
    #expect(written == text || (Double(written) == number && number > 9e18))
    #expect(Double(written) == number)
  }

  @Test("Numbers of all sizes are read back as they were")
  func roundTrip() {
    var random = Dice(seed: 6)
    for _ in 0..<20_000 {
      let number = Double(bitPattern: random.next())
      if number.isFinite { #expect(Double(JSONWriter.numberText(number)) == number) }
    }
  }
}
