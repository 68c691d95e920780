import Foundation
import SeededDice
import Testing

@testable import WorkerDeployment

/// Files that are damaged at random give values or sentences, never a crash, and never a secret.
@Suite struct ValuesFileFuzzTests {
  /// `WORKER_VALUES_ROUNDS=500` for a longer search.
  static let rounds = ProcessInfo.processInfo.environment["WORKER_VALUES_ROUNDS"].flatMap { Int($0) } ?? 20

  @Test("Damaged files are read or refused with whole sentences", arguments: 0..<rounds)
  func damaged(seed: Int) {
    var random = Dice(seed: UInt64(seed))
    for _ in 0..<40 {
      let text = random.mistaken(ValuesFileTests.whole)
      for problem in Wanted.problems(file: text, files: ["secrets/registry": "canary-1", "secrets/token": "canary-2"]) {
        #expect(problem.count > 20 && !problem.contains("canary"), "\(problem)")
        let isVisible = problem.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
        #expect(isVisible, "\(problem.debugDescription)")
      }
    }
  }

  @Test("Single values are refused or taken, whatever they are", arguments: ValueKey.allCases)
  func values(key: ValueKey) {
    var random = Dice(seed: 7)
    let samples = [
      "10.0.0.7:50055", "[fd00::7]:1", "registry.example:5000/a/b:c@sha256:ab", "http://a.example:1/", "a=b:c", "1h30m",
      "64Gi", "-1e9",
    ]
    for sample in samples {
      for _ in 0..<20 {
        for problem in Wanted.problems(flags: [key.rawValue: random.mistaken(sample)]) {
          #expect(problem.count > 20, "\(problem)")
        }
      }
    }
  }
}

extension Dice {
  private static let pieces: [String] = [
    "{", "}", "[", "]", ":", ": ", "- ", "\"", "'", "&a ", "*a", "|", ">", "#", "\n", "\t", "~", "null", "\u{0}",
    "\u{1B}[2J",
    "\u{FEFF}", "\u{202E}", "99999999999999999999", "-1", "1e400", "<<: *a", "---\n", "? ", "%YAML 9.9\n", "日本", "=",
    "@", "/", "..",
    "image:", "requests:",
  ]

  /// One to four changes of characters, pieces, and lines.
  mutating func mistaken(_ text: String) -> String {
    var characters = Array(text)
    for _ in 0...Int.random(in: 0...3, using: &self) {
      let place = Int.random(in: 0...characters.count, using: &self)
      let end = min(characters.count, place + Int.random(in: 0...30, using: &self))
      switch Int.random(in: 0..<4, using: &self) {
      case 0: characters.insert(contentsOf: Self.pieces.randomElement(using: &self) ?? "", at: place)
      case 1: characters.removeSubrange(place..<end)
      case 2:
        characters.insert(
          contentsOf: Array(characters[place..<end]), at: Int.random(in: 0...characters.count, using: &self))
      default: characters.replaceSubrange(place..<end, with: Self.pieces.randomElement(using: &self) ?? "")
      }
    }
    return String(characters)
  }
}
