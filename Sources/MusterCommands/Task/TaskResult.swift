import ArgumentParser
import CoordinatorAPI
import Terminal

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// `muster task result`
struct TaskResult: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "result", abstract: "Print a task's result, byte for byte.")

  @Argument(help: "The task's id.") var id: String
  @OptionGroup var coordinator: CoordinatorOptions
  @OptionGroup var output: OutputOptions

  private struct View: Encodable {
    let id: String
    let result: Data

    enum CodingKeys: String, CodingKey {
      case id, result
      case base64 = "result_base64"
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(id, forKey: .id)
      try Payload(result).encode(into: &container, text: .result, base64: .base64)
    }
  }

  func run() async throws {
    let output = output.output
    let id = id
    if output.mode == .json || output.results.isTerminal {
      let result: Data = try await coordinator.connected { client in try await client.result(of: id) }
      if output.mode != .json { return try output.result(result) }
      return try output.render(View(id: id, result: result), table: Table([]), ids: [])
    }
    try await coordinator.connected { client in
      try await client.result(of: id) { part in try output.payload(Array(part)) }
    }
  }
}
