import Foundation
import Logging
import MusterCore
import Terminal
import Testing

@testable import MusterCommands

@Suite struct LogTextTests {
  private let record = LogRecord(
    time: Timestamp(milliseconds: 1_700_000_000_042), level: .warning, label: "coordinator",
    message: "The worker\nhas \"gone\".", metadata: [("level", "x"), ("tasks", "3"), ("why", "no heart beat")])

  @Test func textIsOneLine() {
    let line = LogText.text(record)
    #expect(line.hasSuffix(#" warning: The worker\nhas "gone". level=x tasks=3 why="no heart beat""# + "\n"))
    #expect(line.filter { $0 == "\n" }.count == 1)
    let info = LogRecord(
      time: Timestamp(milliseconds: 5), level: .info, label: "l", message: "m", metadata: [])
    #expect(LogText.text(info).hasSuffix(".005 m\n"))
  }

  @Test func jsonIsOneObject() throws {
    let line = LogText.json(record)
    #expect(line.filter { $0 == "\n" }.count == 1)
    let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: String])
    #expect(object["time"] == "2023-11-14T22:13:20.042Z")
    #expect(object["level"] == "warning")
    #expect(object["level_"] == "x")
    #expect(object["logger"] == "coordinator")
    #expect(object["message"] == "The worker\nhas \"gone\".")
    #expect(object["why"] == "no heart beat")
  }

  @Test func handlerMergesMetadataAndHoldsBack() {
    let stream = TerminalStream.memory()
    let time = ManualTime()
    var logger = Logger(label: "worker") { label in
      StreamLogHandler(label: label, form: .json, level: .notice, stream: stream, time: time)
    }
    logger[metadataKey: "worker"] = "w-1"
    logger.info("not shown")
    logger.notice("shown", metadata: ["task": "t-1"])
    #expect(
      stream.contents
        == #"{"time":"2023-11-14T22:13:20.000Z","level":"notice","logger":"worker","message":"shown","task":"t-1","worker":"w-1"}"#
        + "\n")
  }
}
