import Testing

@testable import Settings

/// The original's database becomes the store, unless Muster's own file or flag gives another.
@Suite struct OriginalDatabaseTests {
  static let url = "postgres://coordinator:p@ss:canary@db:5432/cluster"
  static let shown = "prover-cluster+postgres://coordinator:<redacted>@db:5432/cluster"

  @Test(
    arguments: [
      ("db: \(url)", [:], "c.yaml:2"),
      ("proving_order: latest", ["DATABASE_URL": url], "environment DATABASE_URL"),
      (
        "db: postgres://other/d", ["COORDINATOR_DB": url, "DATABASE_URL": "mysql://u:canary@h"],
        "environment COORDINATOR_DB"
      ),
      ("db: \(url)", ["DATABASE_URL": "postgres://other"], "c.yaml:2"),
    ] as [(String, [String: String], String)])
  func theDatabaseIsTheStore(line: String, environment: [String: String], source: String) throws {
    try SettingsFolder.with(["c.yaml": "port: 50055\n\(line)"]) { folder in
      let settings = try CoordinatorSettings.load(folder.input(config: "c.yaml", environment: environment))
      guard case .proverCluster(let target) = settings.store else { throw BadValue("\(settings.store)") }
      #expect(target.reveal() == Self.url)
      #expect(settings.store.description == Self.shown)
      let shown = settings.shown.first { $0.name == "store" }
      #expect(shown?.value == Self.shown && shown?.source == source)
      #expect(settings.provingOrder == (line.contains("latest") ? .latest : .oldest))
      #expect(!"\(settings)".contains("canary"))
    }
  }

  @Test func variablesAloneAreEnough() throws {
    try SettingsFolder.with([".env": "COORDINATOR_DB=\(Self.url)\nCOORDINATOR_PROVING_ORDER=latest"]) { folder in
      let settings = try CoordinatorSettings.load(folder.input())
      #expect(settings.store.description == Self.shown && settings.isOriginal && settings.provingOrder == .latest)
    }
  }

  @Test(
    arguments: [
      ("store: sqlite:tasks.db", [:], "sqlite:FOLDER/tasks.db"),
      ("store: postgres://u:canary@h/own", [:], "postgres://u:<redacted>@h/own"),
      ("keep: 1d", ["store": "postgres://u@h/own"], "postgres://u@h/own"),
    ] as [(String, [String: String], String)])
  func aStoreOfMustersOwnComesFirst(own: String, flags: [String: String], store: String) throws {
    try SettingsFolder.with(["c.yaml": "port: 50055\ndb: \(Self.url)", "muster.yaml": own]) { folder in
      let settings = try CoordinatorSettings.load(folder.input(config: "c.yaml", flags: flags))
      let store = store.replacing("FOLDER", with: folder.path)
      #expect(settings.store.description == store)
      #expect(
        settings.warnings.contains(
          "c.yaml:2: db: postgres://coordinator:<redacted>@db:5432/cluster is not used: 'store' says to keep tasks in \(store)"
        ))
    }
  }

  @Test func theSameDatabaseTwiceIsNoWarning() throws {
    let own = "store: prover-cluster+\(Self.url)"
    try SettingsFolder.with(["c.yaml": "port: 50055\ndb: \(Self.url)", "muster.yaml": own]) { folder in
      let settings = try CoordinatorSettings.load(folder.input(config: "c.yaml"))
      #expect(!settings.warnings.contains { $0.contains("not used") })
    }
  }

  @Test(
    arguments: [
      (
        "?ssl-mode=require&ssl-root-cert=/ca.pem&statement-cache-capacity=10", "?sslmode=require&sslrootcert=/ca.pem",
        []
      ),
      ("?pool=5&sslmode=disable&can&ary=1", "?sslmode=disable", ["pool", "ary"]),
      ("?statement-cache-capacity=10", "", []), ("?host=/run/pg", "?host=/run/pg", []),
    ] as [(String, String, [String])])
  func parametersOfTheOriginalsLibraryAreUnderstood(query: String, taken: String, ignored: [String]) throws {
    let (target, passedOver) = try OriginalDatabase.parse("postgres://u:p?w@h/d" + query)
    #expect(target.reveal() == "postgres://u:p?w@h/d" + taken)
    #expect(passedOver == ignored)
  }

  @Test(arguments: ["mysql://u:canary@h/d", "host=h password=canary", "sqlite:x", "canary@h"])
  func whatIsNoDatabaseOfTheOriginalIsSaid(text: String) throws {
    try SettingsFolder.with(["c.yaml": "port: 50055\ndb: \(text)"]) { folder in
      let error = #expect(throws: SettingsError.self) { try CoordinatorSettings.load(folder.input(config: "c.yaml")) }
      let said = error?.message ?? ""
      #expect(
        said.hasPrefix("c.yaml:2: db: '") && said.contains("is no PostgreSQL URL; give one, as in postgres://USER@"))
      #expect(!said.contains("canary"))
      // Nobody asks for it if the tasks are kept elsewhere: DATABASE_URL may be another program's.
      _ = try CoordinatorSettings.load(folder.input(config: "c.yaml", flags: ["store": "sqlite:x"]))
    }
  }
}
