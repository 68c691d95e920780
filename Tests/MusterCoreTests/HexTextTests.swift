import MusterCore
import Testing

@Suite struct HexTextTests {
  @Test func twoDigitsAByte() {
    #expect(HexText.text([0, 1, 0x7F, 0xA0, 0xFF]) == "00017fa0ff")
    #expect(HexText.text([UInt8]()) == "")
  }
}
