import Provisioning
import Terminal
import Testing

@testable import MusterCommands

@Suite struct MachineBoardTests {
  private func action(_ machine: String, _ phase: PlanPhase = .prepare, _ what: String = "makes folders")
    -> MachineAction
  {
    MachineAction(machine, phase, .reloadUnits, subject: "", what: what, why: "they are not there")
  }

  /// A board for machines with so many actions.
  private func board(_ machines: KeyValuePairs<String, Int>) -> MachineBoard {
    MachineBoard(ClusterPlan(actions: machines.flatMap { Array(repeating: action($0), count: $1) }))
  }

  private func lines(_ board: MachineBoard, at seconds: Int, width: Int = 79, height: Int = 24) -> [String] {
    board.lines(width: width, height: height, now: .seconds(seconds), colours: false)
  }

  @Test("a machine has its line: phase, actions, time, what is sent, what it does")
  func live() {
    var board = board(["m1": 12, "worker1": 3, "worker2": 2, "worker3": 1])
    let images = action("m1", .prepare, "puts the images of k3s")
    _ = board.take(.action(images, .begun), now: .zero)
    _ = board.take(.action(images, .done(took: .seconds(1))), now: .seconds(1))
    _ = board.take(.upload(machine: "m1", bytes: 12_345_678, of: 150_000_000), now: .seconds(1))
    _ = board.take(.action(action("m1", .prepare, "puts k3s"), .begun), now: .seconds(2))
    _ = board.take(.action(action("worker1"), .begun), now: .seconds(2))
    _ = board.take(.action(action("worker1"), .done(took: .seconds(1))), now: .seconds(3))
    _ = board.take(.upload(machine: "worker2", bytes: 75_000_000, of: 150_000_000), now: .seconds(60))
    #expect(
      lines(board, at: 62) == [
        "m1       prepare  1/12  1m 2s  [----------] 12.3/150.0 MB  puts k3s",
        "worker1  prepare   1/3     1m  waits for other machines",
        "worker2  waits     0/2    2 s  [#####-----] 75.0/150.0 MB",
        "worker3  waits     0/1",
      ])
  }

  @Test("the end says what came of each machine")
  func ending() {
    var board = board(["a": 1, "b": 2, "c": 1, "d": 1, "e": 1, "f": 2])
    for machine in ["a", "b", "d", "f"] { _ = board.take(.action(action(machine), .begun), now: .zero) }
    _ = board.take(.action(action("a"), .done(took: .zero)), now: .milliseconds(4300))
    _ = board.take(.action(action("b"), .failed("b: no room")), now: .seconds(5))
    _ = board.take(.action(action("b"), .skipped("b failed before")), now: .seconds(5))
    _ = board.take(.machine("c", .skipped("b does not run")), now: .seconds(5))
    // What is done about another machine may be left out, and this one is well.
    _ = board.take(.action(action("f"), .done(took: .zero)), now: .seconds(1))
    _ = board.take(.action(action("f", .finish), .skipped("b is not ready")), now: .seconds(5))
    _ = board.take(.machine("f", .done), now: .seconds(5))
    #expect(
      board.ending(now: .seconds(6)).render() == """
        a  done       1/1  4.3 s
        b  failed     0/2    5 s
        c  skipped    0/1
        d  stopped    0/1    6 s
        e  not begun  0/1
        f  done       1/2    5 s

        """)
  }

  @Test("what a machine failed at stays, whatever else happens on it, and is told once")
  func failureStays() {
    var board = board(["a": 2])
    _ = board.take(.action(action("a"), .begun), now: .zero)
    #expect(board.take(.action(action("a"), .failed("a: no room")), now: .seconds(1))?.text == "a: failed: no room")
    #expect(board.take(.action(action("a"), .failed("other")), now: .seconds(1)) == nil)
    #expect(board.take(.action(action("a", .finish), .begun), now: .seconds(1)) == nil)
    #expect(board.take(.action(action("a"), .done(took: .zero)), now: .seconds(1)) == nil)
    #expect(board.take(.machine("a", .failed(code: "x", message: "a: no room")), now: .seconds(2)) == nil)
    #expect(lines(board, at: 9) == ["a  failed  1/2  1 s  no room"])
  }

  @Test("those that do something come first on a screen with too few rows")
  func fewRows() {
    var board = MachineBoard(ClusterPlan(actions: (1...20).map { action("m\($0)") }))
    _ = board.take(.action(action("m3"), .begun), now: .zero)
    _ = board.take(.action(action("m3"), .done(took: .zero)), now: .zero)
    _ = board.take(.action(action("m15"), .begun), now: .zero)
    #expect(
      lines(board, at: 1, height: 4) == [
        "m15  prepare  0/1  1 s  makes folders", "m1   waits    0/1", "m2   waits    0/1", "and 17 more",
      ])
  }

  @Test("a log is told of a phase's begin, of what was sent every ten seconds, and of the end")
  func log() {
    var board = board(["a": 3])
    var log: [String] = []
    func note(_ event: RunEvent, _ second: Int) {
      if let line = board.take(event, now: .seconds(second)) { log.append(line.text) }
    }
    note(.action(action("a"), .begun), 0)
    for second in 0...25 { note(.upload(machine: "a", bytes: second * 1_000_000, of: 25_000_000), second) }
    note(.action(action("a"), .done(took: .zero)), 25)
    note(.action(action("a"), .begun), 25)
    note(.action(action("a"), .done(took: .zero)), 26)
    note(.action(action("a", .start(wave: 1)), .begun), 27)
    note(.action(action("a", .start(wave: 1)), .done(took: .zero)), 30)
    note(.machine("a", .done), 31)
    #expect(log == ["a: prepare", "a: 10.0/25.0 MB sent", "a: 20.0/25.0 MB sent", "a: start", "a: done in 30 s"])
  }

  @Test("a log is told why a machine was skipped")
  func skipped() {
    var board = board(["a": 1])
    #expect(board.take(.action(action("a"), .skipped("b does not run")), now: .zero) == nil)
    #expect(board.take(.machine("a", .skipped("b does not run")), now: .zero)?.text == "a: skipped: b does not run")
  }

  @Test("a machine that is not in the plan is not spoken of")
  func stranger() {
    var board = board([:])
    #expect(board.take(.action(action("a"), .begun), now: .zero) == nil)
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
