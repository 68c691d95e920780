import Testing

@testable import Kubernetes

/// Each case was given to kubectl v1.20 (`create --dry-run=client -o json`), which printed the value beside it.
@Suite struct YAMLScalarTests {
  @Test(
    "Scalars without quotes mean what they mean to kubectl",
    arguments: [
      ("y", "true"), ("Y", "true"), ("n", "false"), ("yes", "true"), ("YES", "true"), ("yEs", #""yEs""#),
      ("on", "true"),
      ("Off", "false"), ("true", "true"), ("TRUE", "true"), ("tRue", #""tRue""#),
      ("010", "8"), ("0o10", "8"), ("0x1F", "31"), ("0b101", "5"), ("1_000", "1000"), ("-0x1F", "-31"), ("+12", "12"),
      ("089", "89"), ("-010", "-8"), ("9223372036854775807", "9223372036854775807"),
      ("-9223372036854775808", "-9223372036854775808"), ("12345678901234567890123", "1.2345678901234567e+22"),
      ("-0b101", "-5"), ("0X1f", "31"), ("0B11", "3"), ("0O17", "15"), ("1__0", "10"), ("_1", #""_1""#), ("1_", "1"),
      ("0x", #""0x""#), ("190:20:30", #""190:20:30""#), ("-", #""-""#), ("0_7", "7"), ("0x_1", "1"), ("+0x10", "16"),
      ("-0", "0"), ("0", "0"), ("00", "0"), ("08", "8"), ("0777", "511"), ("1,000", #""1,000""#), ("0x+1", #""0x+1""#),
      ("1.5", "1.5"), ("1.", "1"), (".5", "0.5"), ("1e3", "1000"), ("1E3", "1000"), ("1e-7", "1e-7"), ("1.0", "1"),
      ("100000000000000000000.0", "100000000000000000000"), ("1e21", "1e+21"), ("1_0.5", "10.5"),
      ("1.5.2", #""1.5.2""#),
      ("+1.5", "1.5"), ("-.5", "-0.5"), (".", #"".""#), ("e3", #""e3""#), ("1e", #""1e""#), (".inf2", #"".inf2""#),
      ("0.1", "0.1"), ("3.14159265358979323846", "3.141592653589793"), ("1e+3", "1000"), ("1.e3", "1000"),
      ("0.30000000000000004", "0.30000000000000004"), ("1.5e300", "1.5e+300"), ("08.5", "8.5"), ("0x1p3", #""0x1p3""#),
      ("5e-324", "5e-324"), ("0e0", "0"), ("-0.0", "0"), ("Infinity", #""Infinity""#), ("inf", #""inf""#),
      ("NaN", #""NaN""#), (".5_5", "0.55"), ("0xFFFFFFFFFFFFFFFF", "18446744073709552000"), ("._", #""._""#),
      ("01777777777777777777777", "18446744073709552000"),
      ("1e400", #""1e400""#),
      ("null", "null"), ("~", "null"), ("", "null"), ("Null", "null"), ("nULL", #""nULL""#),
      ("2001-01-01", #""2001-01-01""#), ("2001-12-14t21:59:43.10-05:00", #""2001-12-14t21:59:43.10-05:00""#),
      ("12:30", #""12:30""#), ("a b", #""a b""#), ("=", #""=""#),
    ])
  func plain(_ text: String, _ json: String) {
    let written = JSONWriter.text(YAMLScalar.plain(text))
    #expect(written == json || Double(written) == Double(json))
    // In quotes, all of them are strings.
    #expect(YAMLScalar.value(text, tag: nil, isPlain: false) == .string(text))
  }

  @Test(
    "Tags decide",
    arguments: [
      ("str", "12", #""12""#), ("int", "12", "12"), ("float", "1", "1"), ("bool", "yes", "true"), ("null", "", "null"),
      ("binary", "aGVsbG8=", #""hello""#), ("str", "", #""""#), ("str", "true", #""true""#),
      ("timestamp", "2001-01-01", #""2001-01-01""#), ("map", "1", #""1""#),
    ])
  func tags(_ tag: String, _ text: String, _ json: String) {
    #expect(YAMLScalar.value(text, tag: "tag:yaml.org,2002:\(tag)", isPlain: true).map { JSONWriter.text($0) } == json)
  }

  @Test(
    "What is not what its tag says has no value",
    arguments: [("int", "foo"), ("bool", "12"), ("float", "a"), ("binary", "%%"), ("null", "x"), ("int", "1.5")])
  func contradictions(_ tag: String, _ text: String) {
    #expect(YAMLScalar.value(text, tag: "tag:yaml.org,2002:\(tag)", isPlain: true) == nil)
  }

  @Test("A tag of one's own makes a string", arguments: ["!", "!foo", "tag:example.com,2026:x"])
  func ownTags(_ tag: String) {
    #expect(YAMLScalar.value("12", tag: tag, isPlain: true) == "12")
  }
}
