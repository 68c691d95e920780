import Testing

@testable import Settings

@Suite struct RedactionTests {
  @Test(arguments: [
    ("postgres://u:p@h/d", "postgres://u:<redacted>@h/d"), ("postgres://u@h/d", "postgres://u@h/d"),
    ("postgres://h/d", "postgres://h/d"), ("postgres://u:p@w:x@h/d", "postgres://u:<redacted>@h/d"),
    ("postgres://h/d?password=canary&sslmode=require", "postgres://h/d?password=<redacted>&sslmode=require"),
    ("postgres://h/d?password=p@canary", "postgres://<redacted>"),
    ("postgres://u:can?ary@h/d", "postgres://<redacted>"),
    (
      "postgres://h/d?password=can&ary&options=canary&x=canary",
      "postgres://h/d?password=<redacted>&<redacted>&options=<redacted>&<redacted>"
    ),
    ("postgres://u:canary", "postgres://u:<redacted>"), ("postgres://u:canary/d", "postgres://u:<redacted>"),
    ("postgres://a:5432,[::1]:5433/d", "postgres://a:5432,[::1]:5433/d"), ("http://HOST:PORT", "http://HOST:PORT"),
    ("postgres://USER@HOST:PORT/DATABASE?PARAMETER=VALUE", "postgres://USER@HOST:PORT/DATABASE?PARAMETER=VALUE"),
    ("postgres://USER:CANARY@HOST:PORT", "postgres://USER:<redacted>@HOST:PORT"),
    ("postgres:host=/run dbname=d password=canary", "postgres:host=/run dbname=d password=<redacted>"),
    ("postgres:host = h password = 'can ary\\' canary' dbname=''", "postgres:host=h password=<redacted> dbname=''"),
    ("prover-cluster+postgres:password=canary", "prover-cluster+postgres:password=<redacted>"),
    ("postgres:password='canary", "<redacted>"), ("postgres:canary", "<redacted>"),
    ("host=h password=canary", "<redacted>"), ("u:canary@h", "<redacted>"), ("plain", "plain"),
    ("postgres://:canary@h/d", "postgres://:<redacted>@h/d"),
  ])
  func passwordsAreHidden(text: String, shown: String) {
    #expect(Redaction.url(text) == shown)
  }

  @Test(arguments: [
    ("'postgres://u:p@h/d' is wrong", "'postgres://u:<redacted>@h/d' is wrong"), ("no URL: a@b", "no URL: a@b"),
    ("no pg_hba entry, password=canary user=u", "no pg_hba entry, password=<redacted> user=u"),
    ("a (PASSWORD = 'can ary') b", "a (PASSWORD=<redacted>) b"), ("the password is wrong", "the password is wrong"),
    ("postgres://u:p@h/d?password=p&sslmode=x", "postgres://u:<redacted>@h/d?password=<redacted>&sslmode=x"),
    ("a x://u:p@h b y://h z://:p@h", "a x://u:<redacted>@h b y://h z://:<redacted>@h"), ("://", "://"),
  ])
  func messagesHideThemToo(text: String, shown: String) {
    #expect(Redaction.message(text) == shown)
  }

  /// What was redacted once comes out of a second time as it is.
  @Test(arguments: [
    "postgres://u:p@h:5/d?password=p&sslmode=x&y", "postgres:host=h password=p", "prover-cluster+postgres://u:p@h",
    "postgres:dbname='a b' password='p'",
  ]) func redactedTwiceIsTheSame(text: String) {
    let once = Redaction.url(text)
    #expect(Redaction.url(once) == once && Redaction.message(once) == once)
  }

  @Test(arguments: [
    "store: 'postgres:password=''canary'", "store: 'postgres:canary'", "store: postgre://u:canary@h/d",
    "store: mysql://canary:canary@h/d?x=canary",
    "store: 'u:canary@h'", "slots: postgres://u:canary@h/d",
    "slots: postgres:password=canary", "postgres://u:canary@h/d: 5",
    "kinds: {a: {executor: run postgres://u:canary@h/d}}", "keep: ['postgres://u:canary@h/d']",
  ]) func noMessageHoldsThem(line: String) throws {
    let said = try problems(line)
    #expect(said.count == 1)
    // A user's name may be shown.
    #expect(said.first?.replacing("mysql://canary:", with: "").contains("canary") == false, "\(said)")
  }

  /// A token may be typed where it does not belong; its id is enough to say which it was.
  @Test func aTokenIsNotRepeated() {
    let token = "mst_h7ymw3ojm5_dggt4tu3ojjf3iuwvxuvcfb5a4_tkz4hlt5vh27shmxqutfmhpwghb6bvptfwbunogb3e6ar37j4zea_aunh"
    #expect(Redaction.message("Unexpected argument '\(token)'") == "Unexpected argument 'mst_h7ymw3ojm5_<redacted>'")
    #expect(Redaction.message("one begins with mst_; make one") == "one begins with mst_; make one")
  }
}
