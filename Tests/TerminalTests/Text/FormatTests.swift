import Terminal
import Testing

@Suite struct FormatTests {
  @Test(arguments: [
    (Duration.zero, "0 ms"), (.milliseconds(250), "250 ms"), (.microseconds(999), "0 ms"), (.seconds(1), "1 s"),
    (.milliseconds(1550), "1.5 s"), (.milliseconds(59_999), "59 s"), (.seconds(63), "1m 3s"), (.seconds(60), "1m"),
    (.seconds(7500), "2h 5m"), (.seconds(273_600), "3d 4h"), (.seconds(-63), "-1m 3s"),
    (.seconds(Int64.min), "forever"),
  ])
  func durations(duration: Duration, text: String) {
    #expect(Format.duration(duration) == text)
  }

  @Test(arguments: [
    (Duration.seconds(3), "3 s ago"), (.milliseconds(400), "now"), (.milliseconds(-400), "now"),
    (.seconds(-300), "in 5m"), (.milliseconds(3900), "3 s ago"), (.seconds(90_000), "1d 1h ago"),
  ])
  func relativeTimes(duration: Duration, text: String) {
    #expect(Format.ago(duration) == text)
  }

  @Test(arguments: [
    (UInt64(0), "0 B"), (1023, "1023 B"), (1024, "1 KiB"), (1536, "1.5 KiB"), (16 << 20, "16 MiB"),
    (UInt64.max, "15 EiB"), (10_485_759, "9.9 MiB"),
  ])
  func sizes(bytes: UInt64, text: String) {
    #expect(Format.bytes(bytes) == text)
  }

  @Test(arguments: [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567"), (-1234, "-1,234")])
  func counts(number: Int, text: String) {
    #expect(Format.count(number) == text)
  }

  @Test(arguments: [
    (0.0, "0/s"), (0.25, "0.25/s"), (0.05, "0.05/s"), (3.44, "3.4/s"), (99.99, "100.0/s"), (12_345.6, "12,346/s"),
    (.infinity, "-"), (.nan, "-"), (-1, "-"), (1e300, "-"),
  ])
  func rates(rate: Double, text: String) {
    #expect(Format.rate(rate) == text)
  }
}
