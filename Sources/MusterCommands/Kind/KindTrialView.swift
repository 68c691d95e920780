import Executors
import MusterCore
import Terminal
import Worker

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What came of a trial.
struct KindTrialView: Encodable {
  /// One program, or several stages as one.
  struct Part: Encodable {
    let outcome: String
    let exitCode: Int32
    let message: String?
    let milliseconds: Int64
    let peakMemory: UInt64

    enum CodingKeys: String, CodingKey {
      case outcome, message
      case exitCode = "exit_code"
      case milliseconds = "run_ms"
      case peakMemory = "peak_memory"
    }

    init(_ result: AttemptResult) {
      outcome = "\(result.outcome)"
      exitCode = result.exitCode
      message = result.error.isEmpty ? nil : result.error
      milliseconds = result.runTime.wholeMilliseconds
      peakMemory = result.peakMemory
    }

    /// A verifier's exit status is its judgement: 0 valid, 1 invalid, else it could not tell.
    init(_ judgement: ExecutorOutcome) {
      switch judgement.end {
      case .done: outcome = "valid"
      case .failed(exitCode: 1): outcome = "invalid"
      default: outcome = "error"
      }
      exitCode = judgement.exitCode
      message = judgement.message.isEmpty ? nil : judgement.message
      milliseconds = judgement.runTime.wholeMilliseconds
      peakMemory = judgement.peakMemory
    }

    var cell: Cell {
      var text = "\(outcome) in \(Format.duration(.milliseconds(milliseconds)))"
      if peakMemory > 0 { text += ", \(Format.bytes(peakMemory)) of memory" }
      if let message { text += ": \(message)" }
      return Cell(text, style: outcome == "done" || outcome == "valid" ? .good : .bad)
    }
  }

  let kind: String
  let executor: Part
  var result: Data?
  var verifier: Part?
  var log = ""

  /// Done, and valid if somebody judged it.
  var isGood: Bool { executor.outcome == "done" && (verifier.map { $0.outcome == "valid" } ?? true) }

  enum CodingKeys: String, CodingKey {
    case kind, executor, verifier, log, result
    case base64 = "result_base64"
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(kind, forKey: .kind)
    try container.encode(executor, forKey: .executor)
    try container.encodeIfPresent(verifier, forKey: .verifier)
    try container.encode(log, forKey: .log)
    if let result { try Payload(result).encode(into: &container, text: .result, base64: .base64) }
  }

  func print(_ output: Output) throws {
    var facts: [(String, Cell)] = [("kind", Cell(kind)), ("executor", executor.cell)]
    if let result {
      facts.append(("result", Cell(KindTrialView.excerpt(result))))
      facts.append(("verifier", verifier?.cell ?? "none: results are taken as they are"))
    }
    try output.render(self, table: Table(facts: facts), ids: [executor.outcome])
  }

  private static func excerpt(_ result: Data) -> String {
    let size = Format.bytes(UInt64(result.count))
    guard result.count <= 200, let text = String(validating: result, as: UTF8.self) else { return size }
    return "\(size): \(text)"
  }
}
