import Foundation
import SeededDice
import Testing

@testable import Settings

/// Files that are broken at random give a value or problems, never a crash and never an empty error.
@Suite struct RandomFileTests {
  /// `SETTINGS_ROUNDS=5000 swift test --filter RandomFileTests` for a longer search.
  static let rounds = ProcessInfo.processInfo.environment["SETTINGS_ROUNDS"].flatMap { Int($0) } ?? 40

  static let muster = """
    listen:
      - {address: "127.0.0.1:6000", protocols: [muster, original]}
      - 127.0.0.1:6001
    http: none
    state: var
    store: sqlite:tasks.db
    heartbeat: 1s
    maxInput: 1MiB
    keep: 1d
    workers: 2
    memory: 4GiB
    kinds:
      block:
        stages:
          - [./witness, "{input}", "{dir}/w"]
          - [prove, "{srs}", "{dir}/w", "{output}"]
        verifier: [/opt/verify, "{vk}", "{input}", "{result}"]
        vk: keys/vk.bin
        placeholders: {srs: /data/srs.bin}
        environment: [CUDA_VISIBLE_DEVICES]
        timeout: 90s
        backoff: {initial: 2s, factor: 3, limit: 1m}
        order: latest
      plain:
        executor: &a [factor]
        verifier: none
        backoff: 200ms
    """

  @Test(arguments: 0..<4) func neverCrash(part: Int) throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    print("RandomFileTests part \(part): seed \(seed)")
    var generator = Dice(seed: seed)
    try SettingsFolder.with { folder in
      for round in 0..<Self.rounds {
        let (name, text) = [
          ("muster.yaml", Self.muster), ("c.yaml", OriginalCoordinatorTests.file),
          ("client.yaml", OriginalClientTests.file),
          (".env", "DATABASE_URL=postgres://u:p@h/d\nexport RUST_LOG=\"info\""),
        ][round % 4]
        let bytes = RandomMutations.mutate(text, &generator)
        try folder.write("c.yaml", "port: 5")
        try folder.write("client.yaml", OriginalClientTests.file)
        try folder.write("muster.yaml", OriginalClientTests.own)
        try Data(bytes).write(to: URL(fileURLWithPath: "\(folder.path)/\(name)"))
        let place = "seed \(seed), round \(round)"
        holds(place) { _ = try UpSettings.load(folder.input()) }
        holds(place) { _ = try CoordinatorSettings.load(folder.input(config: "c.yaml")) }
        holds(place) { _ = try WorkerSettings.load(folder.input(client: "client.yaml")) }
        holds(place) { _ = try WorkerSettings.load(folder.input()) }
        holds(place) { _ = try ConnectionSettings.load(folder.input()) }
      }
    }
  }

  private func holds(_ place: String, _ load: () throws -> Void) {
    do {
      try load()
    } catch let error as SettingsError {
      #expect(!error.problems.isEmpty, "\(place)")
      #expect(error.problems.allSatisfy { !$0.text.isEmpty }, "\(place)")
      #expect(!error.message.contains("u:p@"), "\(place)")
    } catch {
      Issue.record("\(place): \(error)")
    }
  }
}
