import Foundation
import SeededDice
import Testing

@testable import Kubernetes

@Suite struct QuantityTests {
  /// Printed by the code of the API server (v1.20) for the same texts, except where that keeps an odd spelling: see below.
  static let canonical: [(String, String, Int64)] = [
    ("0", "0", 0), ("1", "1", 1), ("-1", "-1", -1), ("1000m", "1", 1), ("1500m", "1500m", 2), ("0.1m", "100u", 1),
    ("0.5", "500m", 1), (".5", "500m", 1), ("1k", "1k", 1000), ("1Ki", "1Ki", 1024), ("1024Ki", "1Mi", 1_048_576),
    ("1024Mi", "1Gi", 1_073_741_824), ("1023Mi", "1023Mi", 1_072_693_248), ("1.5Gi", "1536Mi", 1_610_612_736),
    ("0.5Ki", "512", 512), ("0.1Ki", "102400m", 103), ("1.1Ki", "1126400m", 1127), ("512Ki", "512Ki", 524_288),
    ("100E", "100E", .max), ("1e3", "1e3", 1000), ("1e-3", "1e-3", 1), ("12e6", "12e6", 12_000_000),
    ("9223372036854775807", "9223372036854775807", .max), ("9223372036854775808", "9223372036854775808", .max),
    ("99999999999999999999", "99999999999999999999", .max), ("10Ei", "9223372036854775807", .max),
    ("7Ei", "7Ei", 8_070_450_532_247_928_832), ("-8Ei", "-9223372036854775807", -.max), ("100n", "100n", 1),
    ("0.1n", "1n", 1), ("0.0000000001", "1n", 1), ("1.23456789012", "1234567891n", 2), ("1u", "1u", 1),
    ("1000u", "1m", 1), ("1000000u", "1", 1), ("3k", "3k", 3000), ("3000k", "3M", 3_000_000), ("3001", "3001", 3001),
    ("1E", "1E", 1_000_000_000_000_000_000), ("1 ", "1", 1), (" 1", "1", 1), ("0Mi", "0", 0), ("0.0", "0", 0),
    ("-0", "0", 0), ("-0Gi", "0", 0), ("1.0", "1", 1), ("1.50", "1500m", 2), ("1024", "1024", 1024),
    ("1024k", "1024k", 1_024_000), ("1000Ki", "1000Ki", 1_024_000), ("0.9Gi", "966367641600m", 966_367_642),
    ("1.000000000000000000000000000000001Gi", "1073741824000000001n", 1_073_741_825), ("1e-9", "1e-9", 1),
    ("1e-10", "1e-9", 1), ("1e19", "10e18", .max), ("-0.1n", "-1n", -1), ("-1500m", "-1500m", -2),
    // Here the server keeps "+1", "5.", "1E+3", "00012" and "2e0": the same amounts, spelled by chance.
    ("+1", "1", 1), ("5.", "5", 5), ("1E+3", "1e3", 1000), ("00012", "12", 12), ("2e0", "2", 2),
  ]

  @Test("Quantities mean and print what they do on the API server", arguments: canonical)
  func canonicalForm(_ text: String, _ printed: String, _ value: Int64) throws {
    let quantity = try Quantity(text)
    #expect(quantity.description == printed)
    #expect(quantity.value == value)
    #expect(try Quantity(printed) == quantity)
    #expect(try Quantity(printed).description == printed)
  }

  @Test(
    "What is no quantity is refused with a sentence",
    arguments: [
      "", "1K", "1e", "1e1.5", "1_000", "1Mi1", "0x10", "Infinity", "NaN", "ten", ".", "+", "-", "--1", "1 Gi", "1e100",
      "123456789012345678901234567890", "1e9999999999999999999", "1mm", "1.2.3",
    ])
  func refuses(_ text: String) {
    let error = #expect(throws: KubernetesError.self) { try Quantity(text) }
    #expect(error?.code == .badValue)
    #expect(error?.message.contains("is not a quantity") == true)
  }

  @Test("Sums are exact, keep their form and end at the largest amount")
  func arithmetic() throws {
    #expect(try (Quantity("0.1") + Quantity("0.2")).description == "300m")
    #expect(try (Quantity("1Gi") + Quantity("512Mi")).description == "1536Mi")
    #expect(try (Quantity("0") + Quantity("1Gi")).description == "1Gi")
    #expect(try (Quantity("1") - Quantity("1500m")).description == "-500m")
    #expect(try Quantity("7Ei") + Quantity("7Ei") == Quantity("8Ei"))
    var total = Quantity.zero
    for _ in 0..<10 { total += try Quantity("100m") }
    #expect(total == Quantity(1))
  }

  @Test("Amounts are compared, not spellings")
  func comparison() throws {
    #expect(try Quantity("1000m") == Quantity("1"))
    #expect(try Quantity("1Gi") > Quantity("1G"))
    #expect(try Set([Quantity("1024"), Quantity("1Ki")]).count == 1)
    #expect(try Quantity("1500m").thousandths == 1500)
    #expect(try Quantity("100n").thousandths == 1)
    #expect(Quantity(thousandths: 250).description == "250m")
    #expect(Quantity(2048, form: .binary).description == "2Ki")
  }

  @Test("In JSON they are strings, and numbers are read too")
  func json() throws {
    let read = try JSONDecoder().decode(
      [String: Quantity].self, from: Data(#"{"a":"1.5","b":2,"c":0.25,"d":1e3}"#.utf8))
    #expect(read["a"] == Quantity(thousandths: 1500) && read["b"] == Quantity(2))
    #expect(read["c"] == Quantity(thousandths: 250) && read["d"] == Quantity(1000))
    #expect(String(decoding: try JSONEncoder().encode([Quantity("1000m")]), as: UTF8.self) == #"["1"]"#)
    #expect(throws: DecodingError.self) { try JSONDecoder().decode([Quantity].self, from: Data(#"["1x"]"#.utf8)) }
  }

  @Test("Damaged quantities are refused, or print what is read back as the same amount")
  func fuzz() throws {
    var mutator = Dice(seed: 2)
    for round in 0..<20_000 {
      let sample = Self.canonical[round % Self.canonical.count].0
      let text = String(decoding: mutator.damaged(sample, marks: "0123456789.-+eEinumkKMGTP "), as: UTF8.self)
      guard let quantity = try? Quantity(text) else { continue }
      #expect(try Quantity(quantity.description) == quantity, "\(text)")
      #expect(try Quantity(quantity.description).description == quantity.description, "\(text)")
    }
  }
}
