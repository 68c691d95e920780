import Terminal
import Testing

@testable import MusterCommands

@Suite struct MachineBoardTests {
  private func lines(_ board: MachineBoard, at seconds: Int, width: Int = 79, height: Int = 24) -> [String] {
    board.lines(width: width, height: height, now: .seconds(seconds), colours: false)
  }

  @Test("a machine has its line: phase, actions, time, what is sent, what it does")
  func live() {
    var board = MachineBoard([("m1", 12), ("worker1", 3), ("worker2", 2)])
    _ = board.begin("m1", phase: "prepare", what: "puts the images of k3s", now: .zero)
    _ = board.end("m1", .done, now: .seconds(1))
    _ = board.begin("m1", phase: "prepare", what: "puts the program k3s", now: .seconds(1))
    _ = board.progress("m1", bytes: 12_345_678, of: 150_000_000, now: .seconds(2))
    _ = board.begin("worker1", phase: "prepare", what: "makes folders", now: .seconds(2))
    _ = board.end("worker1", .done, now: .seconds(3))
    #expect(
      lines(board, at: 62) == [
        "m1       prepare  1/12  1m 2s  [----------] 12.3/150.0 MB  puts the program k3s",
        "worker1  prepare   1/3     1m  waits for other machines",
        "worker2  waits     0/2",
      ])
  }

  @Test("the end says what came of each machine, and nothing of it is cut")
  func ending() {
    var board = MachineBoard([("a", 1), ("b", 2), ("c", 1), ("d", 1), ("e", 1)])
    for machine in ["a", "b", "d"] { _ = board.begin(machine, phase: "start", what: "starts k3s", now: .zero) }
    _ = board.end("a", .done, now: .milliseconds(4300))
    _ = board.end("b", .failed(why: String(repeating: "long ", count: 30) + "why"), now: .seconds(5))
    _ = board.end("b", .skipped(why: "b failed"), now: .seconds(5))
    _ = board.end("c", .skipped(why: "it needs b"), now: .seconds(5))
    #expect(
      board.ending(now: .seconds(6)).render() == """
        a  done       1/1  4.3 s
        b  failed     0/2    5 s  \(String(repeating: "long ", count: 30))why
        c  skipped    0/1         it needs b
        d  stopped    0/1    6 s  starts k3s
        e  not begun  0/1

        """)
  }

  @Test("what a machine failed at stays, whatever else happens on it")
  func failureStays() {
    var board = MachineBoard([("a", 2)])
    _ = board.begin("a", phase: "prepare", what: "makes folders", now: .zero)
    #expect(board.end("a", .failed(why: "no room"), now: .seconds(1))?.text == "a: failed: no room")
    #expect(board.end("a", .failed(why: "other"), now: .seconds(1)) == nil)
    #expect(board.begin("a", phase: "finish", what: "x", now: .seconds(1)) == nil)
    #expect(board.end("a", .done, now: .seconds(1)) == nil)
    #expect(lines(board, at: 9) == ["a  failed  1/2  1 s  no room"])
  }

  @Test("those that do something come first on a screen with too few rows")
  func fewRows() {
    var board = MachineBoard((1...20).map { ("m\($0)", 1) })
    _ = board.begin("m3", phase: "prepare", what: "makes folders", now: .zero)
    _ = board.end("m3", .done, now: .zero)
    _ = board.begin("m15", phase: "prepare", what: "makes folders", now: .zero)
    #expect(
      lines(board, at: 1, height: 4) == [
        "m15  prepare  0/1  1 s  makes folders", "m1   waits    0/1", "m2   waits    0/1", "and 17 more",
      ])
  }

  @Test("a log is told of a phase's begin, of progress every ten seconds, and of the end")
  func log() {
    var board = MachineBoard([("a", 2)])
    var log: [String] = []
    func note(_ line: Cell?) { if let line { log.append(line.text) } }
    note(board.begin("a", phase: "prepare", what: "puts the images", now: .zero))
    for second in 0..<25 { note(board.progress("a", bytes: second * 1_000_000, of: 25_000_000, now: .seconds(second))) }
    note(board.end("a", .done, now: .seconds(25)))
    note(board.begin("a", phase: "prepare", what: "makes folders", now: .seconds(25)))
    note(board.end("a", .done, now: .seconds(26)))
    #expect(log == ["a: prepare", "a: 10.0/25.0 MB sent", "a: 20.0/25.0 MB sent", "a: done in 26 s"])
  }

  @Test("a machine that is not on the board is not spoken of")
  func stranger() {
    var board = MachineBoard([])
    #expect(board.begin("a", phase: "prepare", what: "x", now: .zero) == nil)
    #expect(lines(board, at: 1) == [])
  }

  @Test(
    "bytes are said in the unit of the whole, and the whole only when all is there",
    arguments: [
      (0, 150_000_000, "0.0/150.0 MB", 0), (149_999_999, 150_000_000, "149.9/150.0 MB", 9),
      (150_000_000, 150_000_000, "150.0/150.0 MB", 10), (5_000, 512_000, "5.0/512.0 kB", 0),
      (1_250_000_000, 2_500_000_000, "1.2/2.5 GB", 5), (0, 0, "0.0/0.0 kB", 10), (9, 3, "0.0/0.0 kB", 10),
      (-5, 3, "0.0/0.0 kB", 0),
    ])
  func meter(bytes: Int, of: Int, text: String, full: Int) {
    let meter = UploadMeter(bytes: bytes, of: of)
    #expect(meter.text == text)
    #expect(meter.bar.count(where: { $0 == "#" }) == full && meter.bar.count == 12)
  }
}
