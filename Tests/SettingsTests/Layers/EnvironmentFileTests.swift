import Testing

@testable import Settings

@Suite struct EnvironmentFileTests {
  @Test func takesTheOriginalsVariablesOnly() {
    let file = EnvironmentFile.parse(
      """
      # a comment
      DATABASE_URL=postgres://u:p#1@h/d
      export CLIENT_CONFIG = "a b.yaml" # why
      COORDINATOR_CONFIG='x.yaml'
      RUST_LOG=info # all
      RUST_LOG=debug
      MUSTER_STATE=/elsewhere
      OTHER=1
      nonsense
      =x
      COORDINATOR_PORT=
      CLIENT_UPSTREAM="unclosed
      """, path: ".env")
    #expect(
      file.values == [
        "DATABASE_URL": "postgres://u:p#1@h/d", "CLIENT_CONFIG": "a b.yaml", "COORDINATOR_CONFIG": "x.yaml",
        "RUST_LOG": "info", "COORDINATOR_PORT": "", "CLIENT_UPSTREAM": "\"unclosed",
      ])
  }

  @Test func theRealEnvironmentComesFirst() {
    let file = EnvironmentFile.parse("RUST_LOG=info\nDATABASE_URL=a", path: ".env")
    #expect(
      file.completing(["RUST_LOG": "warn", "DATABASE_URL": "", "X": "1"]) == [
        "RUST_LOG": "warn", "DATABASE_URL": "a", "X": "1",
      ])
  }

  @Test func itNamesTheFileAndTheDatabase() throws {
    try SettingsFolder.with([
      ".env": "COORDINATOR_CONFIG=c.yaml\nDATABASE_URL=postgres://u:secret@h/d", "c.yaml": "port: 50055",
    ]) { folder in
      let settings = try CoordinatorSettings.load(folder.input())
      #expect(settings.store.description == "prover-cluster+postgres://u:<redacted>@h/d")
      #expect(settings.shown.first { $0.name == "store" }?.source == "file .env DATABASE_URL")
    }
  }
}
