/// The texts of a progress bar: pure functions of the state.
public enum ProgressLine {
  /// The line that is redrawn in place, at most `width` columns.
  ///
  ///     [########------------]  45% 450/1,000  failed 5  running 8  12.3/s  ETA 45 s
  ///
  /// In a narrow terminal the bar shrinks and goes first; then the end of the line is cut.
  public static func live(_ state: ProgressState, width: Int, now: Duration, colours: Bool = false) -> String {
    let words = words(state, now: now, ending: false)
    let plain = words.map(\.text).joined(separator: "  ")
    guard TextWidth.of(plain) <= width else { return TextWidth.truncated(plain, to: width) }
    let text = words.map { $0.style.applied(to: $0.text, colours: colours) }.joined(separator: "  ")
    let room = min(width - TextWidth.of(plain) - 3, 30)
    guard let percent = state.percent, room >= 5 else { return text }
    let full = room * percent / 100
    return "[\(String(repeating: "#", count: full))\(String(repeating: "-", count: room - full))] \(text)"
  }

  /// The line for a log, where nothing can be redrawn.
  public static func plain(_ state: ProgressState, now: Duration) -> String {
    words(state, now: now, ending: false).map(\.text).joined(separator: "  ")
  }

  /// The last line: what came of it, the average rate, the time that it took.
  public static func final(_ state: ProgressState, now: Duration, colours: Bool = false) -> String {
    words(state, now: now, ending: true).map { $0.style.applied(to: $0.text, colours: colours) }
      .joined(separator: "  ")
  }

  private static func words(_ state: ProgressState, now: Duration, ending: Bool) -> [Cell] {
    let counts = state.counts
    var words: [Cell] = []
    var progress = Format.count(counts.finished)
    if let total = counts.total { progress += "/\(Format.count(total))" }
    if let percent = state.percent {
      progress = String(repeating: " ", count: percent < 10 ? 2 : percent < 100 ? 1 : 0) + "\(percent)% \(progress)"
    }
    words.append(Cell(progress))
    if ending { words.append(Cell("done \(Format.count(counts.done))", style: .good)) }
    if ending || counts.failed > 0 {
      words.append(Cell("failed \(Format.count(counts.failed))", style: counts.failed > 0 ? .bad : .plain))
    }
    if !ending || counts.running > 0 { words.append(Cell("running \(Format.count(counts.running))")) }
    if ending {
      if let average = state.average(now: now) { words.append(Cell(Format.rate(average))) }
      words.append(Cell("in \(Format.duration(state.elapsed(now: now)))", style: .faint))
    } else {
      if let rate = state.rate(now: now) { words.append(Cell(Format.rate(rate))) }
      if let remaining = state.remaining(now: now), remaining > .zero {
        words.append(Cell("ETA \(Format.duration(remaining))", style: .faint))
      }
    }
    return words
  }
}
