import Testing

@testable import Settings

@Suite struct RedactionTests {
  @Test(arguments: [
    ("postgres://u:p@h/d", "postgres://u:<redacted>@h/d"), ("postgres://u@h/d", "postgres://u@h/d"),
    ("postgres://h/d", "postgres://h/d"), ("postgres://u:p@w:x@h/d", "postgres://u:<redacted>@h/d"),
    ("postgres://h/d?password=canary", "postgres://h/d?<redacted>"),
    ("postgres://h/d?password=p@canary", "postgres://<redacted>@canary"),
    ("host=h password=canary", "<redacted>"), ("u:canary@h", "<redacted>"), ("plain", "plain"),
    ("postgres://:canary@h/d", "postgres://:<redacted>@h/d"),
  ])
  func passwordsAreHidden(text: String, shown: String) {
    #expect(Redaction.url(text) == shown)
  }

  @Test(arguments: [
    ("'postgres://u:p@h/d' is wrong", "'postgres://u:<redacted>@h/d' is wrong"), ("no URL: a@b", "no URL: a@b"),
    ("a x://u:p@h b y://h z://:p@h", "a x://u:<redacted>@h b y://h z://:<redacted>@h"), ("://", "://"),
  ])
  func messagesHideThemToo(text: String, shown: String) {
    #expect(Redaction.message(text) == shown)
  }

  @Test(arguments: [
    "store: postgres://u:canary@h/d", "store: postgre://u:canary@h/d", "store: mysql://canary:canary@h/d?x=canary",
    "store: 'u:canary@h'", "slots: postgres://u:canary@h/d", "postgres://u:canary@h/d: 5",
    "kinds: {a: {executor: run postgres://u:canary@h/d}}", "keep: ['postgres://u:canary@h/d']",
  ]) func noMessageHoldsThem(line: String) throws {
    let said = try problems(line)
    #expect(said.count == 1)
    // A user's name may be shown.
    #expect(said.first?.replacing("mysql://canary:", with: "").contains("canary") == false, "\(said)")
  }
}
