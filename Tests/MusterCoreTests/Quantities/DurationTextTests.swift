import MusterCore
import Testing

@Suite struct DurationTextTests {
  @Test(arguments: [
    ("10s", Duration.seconds(10)), ("5m", .seconds(300)), ("1h30m", .seconds(5400)), ("250ms", .milliseconds(250)),
    ("7d", .seconds(604_800)), ("10", .seconds(10)), ("0", .zero), ("0s", .zero), ("1.5s", .milliseconds(1500)),
    ("0.1", .milliseconds(100)), (" 1h 30m ", .seconds(5400)), ("1m 3s", .seconds(63)), ("250 ms", .milliseconds(250)),
    ("1d2h3m4s5ms", .milliseconds(93_784_005)), ("36500d", .seconds(36_500 * 86_400)),
    ("0.000000001s", .nanoseconds(1)),
  ])
  func parses(text: String, duration: Duration) throws {
    #expect(try DurationText.parse(text) == duration)
  }

  @Test(arguments: [
    ("", "it is empty"), ("  ", "it is empty"), ("s", "a number is missing or too long"),
    ("-5s", "a number is missing or too long"), ("5x", "there is no unit 'x'"), ("5S", "there is no unit 'S'"),
    ("5sec", "there is no unit 'sec'"), ("30m1h", "its units must go from large to small, each once"),
    ("1h1h", "its units must go from large to small, each once"), ("1h30", "a unit is missing"),
    ("36500d1ms", "it is over 100 years"), ("99999999999999999999s", "a number is missing or too long"),
    ("999999999999999999d", "it is over 100 years"), ("1.s", "a number is missing or too long"),
    ("1.0000000001s", "a number is missing or too long"), (".5s", "a number is missing or too long"),
    ("1e3", "there is no unit 'e'"), ("٣s", "a number is missing or too long"),
  ])
  func refuses(text: String, reason: String) {
    let error = #expect(throws: QuantityError.self) { try DurationText.parse(text) }
    #expect(
      error?.message
        == "'\(text)' is not a duration: \(reason); write for example 250ms, 10s, 5m, 1h30m or 7d")
    #expect(error?.codeName == "not_a_duration")
  }

  @Test(arguments: [
    (Duration.seconds(5400), "1h30m"), (.milliseconds(250), "250ms"), (.zero, "0s"), (.seconds(-3), "0s"),
    (.seconds(604_800), "7d"), (.milliseconds(61_001), "1m1s1ms"),
  ])
  func writes(duration: Duration, text: String) {
    #expect(DurationText.text(duration) == text)
  }

  @Test func whatIsWrittenIsReadBack() throws {
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<1000 {
      let duration = Duration.milliseconds(Int64.random(in: 0...3_153_600_000_000, using: &generator))
      #expect(try DurationText.parse(DurationText.text(duration)) == duration)
    }
  }
}
