import MusterCore
import Testing

@Suite struct ByteSizeTextTests {
  @Test(arguments: [
    ("512MiB", UInt64(512) << 20), ("4GB", 4_000_000_000), ("1.5Gi", 3 << 29), ("0", 0), ("1024", 1024), ("7B", 7),
    ("16mib", 16 << 20), ("1k", 1000), ("1K", 1000), ("2Ti", 2 << 40), ("2TB", 2_000_000_000_000), (" 3 MiB ", 3 << 20),
    ("0.5B", 0), ("1.9", 1), ("9223372036854775807", UInt64(Int64.max)),
  ])
  func parses(text: String, size: UInt64) throws {
    if text.count == 19 {
      // Over 18 digits a plain number is refused: no machine has an exbibyte.
      #expect(throws: QuantityError.self) { try ByteSizeText.parse(text) }
    } else {
      #expect(try ByteSizeText.parse(text) == size)
    }
  }

  @Test(arguments: [
    ("", "it is empty"), ("MiB", "it does not begin with a number of at most 18 digits"),
    ("-1", "it does not begin with a number of at most 18 digits"), ("5XB", "there is no unit 'XB'"),
    ("5MiB 3", "something follows after the unit"), ("9000000000000GB", "it is over 8 EiB"),
    ("5 M iB", "something follows after the unit"),
  ])
  func refuses(text: String, reason: String) {
    let error = #expect(throws: QuantityError.self) { try ByteSizeText.parse(text) }
    #expect(
      error?.message == "'\(text)' is not a size: \(reason); write for example 64MiB, 1.5Gi, 4GB or a number of bytes")
    #expect(error?.codeName == "not_a_size")
  }

  @Test(arguments: [
    (UInt64(16) << 20, "16MiB"), (1000, "1000"), (0, "0"), (3 << 29, "1536MiB"), (1 << 40, "1TiB"), (1025, "1025"),
  ])
  func writes(size: UInt64, text: String) throws {
    #expect(ByteSizeText.text(size) == text)
    #expect(try ByteSizeText.parse(text) == size)
  }
}
