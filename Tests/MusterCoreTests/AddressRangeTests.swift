import MusterCore
import Testing

@Suite struct AddressRangeTests {
  @Test(arguments: [
    ("10.0.0.0/8", ["10.1.2.3", "10.255.255.255"], ["11.0.0.0", "9.255.255.255", "::1", "x"]),
    ("192.168.3.128/25", ["192.168.3.128", "192.168.3.255"], ["192.168.3.127", "192.168.4.128"]),
    ("10.0.0.7", ["10.0.0.7"], ["10.0.0.8"]), ("0.0.0.0/0", ["1.2.3.4"], ["::1"]),
    ("fd00::/64", ["fd00::1", "fd00:0:0:0:ffff::"], ["fd00:0:0:1::", "10.0.0.1"]), ("::1", ["::1"], ["::2"]),
  ])
  func contains(_ text: String, _ inside: [String], _ outside: [String]) throws {
    let range = try #require(AddressRange(text))
    for address in inside { #expect(range.contains(address), "\(address)") }
    for address in outside { #expect(!range.contains(address), "\(address)") }
    #expect(range.description == text)
  }

  @Test(arguments: [
    "", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0/8", "10.0.0.0/", "10.0.0.0/8/8", "fd00::/129", "/8", "a/8",
  ])
  func whatIsNone(_ text: String) { #expect(AddressRange(text) == nil) }
}
