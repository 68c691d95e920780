import CoordinatorAPI

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// One line of an output of `muster run`.
enum ResultLine {
  /// What a resumed run needs of a line.
  struct Head: Sendable, Hashable, Decodable {
    let line: UInt64
    let id: String
    let state: BatchOutcome.State
  }

  /// `{"line":3,"id":"run-…","state":"done","result":"144","attempts":1,"worker":"a-1"}` and a line break.
  ///
  /// Written by hand, with its keys in an order for people; it may happen a million times.
  static func encode(_ outcome: BatchOutcome) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(outcome.result.count + 200)
    bytes += Array("{\"line\":\(outcome.line),\"id\":".utf8)
    JSONString.append(outcome.id, to: &bytes)
    bytes += Array(",\"state\":\"\(outcome.state.rawValue)\"".utf8)
    if outcome.state == .done {
      switch Payload(outcome.result) {
      case .text(let text): field("result", text, &bytes)
      case .base64(let text): field("result_base64", text, &bytes)
      }
    } else {
      field("error", outcome.error, &bytes)
      if !outcome.problem.isEmpty { field("problem", outcome.problem, &bytes) }
    }
    if outcome.attempts > 0 { bytes += Array(",\"attempts\":\(outcome.attempts)".utf8) }
    if !outcome.worker.isEmpty { field("worker", outcome.worker, &bytes) }
    bytes += [0x7D, 0x0A]
    return bytes
  }

  private static func field(_ name: String, _ value: String, _ bytes: inout [UInt8]) {
    bytes += Array(",\"\(name)\":".utf8)
    JSONString.append(value, to: &bytes)
  }

  /// Reads the head of a line; nil if it is none of ours.
  ///
  /// Lines as ``encode(_:)`` writes them are read without looking at their results; others, for example after an editor,
  /// as JSON.
  static func head(_ line: Data) -> Head? {
    head(asWritten: line) ?? (try? JSONDecoder().decode(Head.self, from: line))
  }

  private static func head(asWritten line: Data) -> Head? {
    // `{"line":18446744073709551615,"id":"run-<40 digits>","state":"cancelled",` has 106 bytes.
    let text = String(decoding: line.prefix(120), as: UTF8.self)
    guard line.last == 0x7D else { return nil }
    let parts = text.split(separator: "\"", maxSplits: 10, omittingEmptySubsequences: false)
    // { | line | :3, | id | : | run-… | , | state | : | done | …
    guard parts.count == 11, parts[0] == "{", parts[1] == "line", parts[3] == "id", parts[4] == ":", parts[6] == ",",
      parts[7] == "state", parts[8] == ":", parts[2].first == ":", parts[2].last == ",",
      let number = UInt64(parts[2].dropFirst().dropLast()), let state = BatchOutcome.State(rawValue: String(parts[9]))
    else { return nil }
    return Head(line: number, id: String(parts[5]), state: state)
  }
}

extension BatchOutcome.State: Decodable {}
