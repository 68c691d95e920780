/// Rows that are drawn as live lines (``TerminalStream/setLiveLines(_:)``): aligned columns that fit the screen. A value.
///
/// If the screen has too few rows, those of the lowest rank are shown, and how many more there are.
public struct LiveTable: Sendable {
  private let columns: [Column]
  private var rows: [(cells: [Cell], rank: Int)] = []

  /// - Parameter columns: their titles are not shown.
  public init(_ columns: [Column]) {
    self.columns = columns.map { Column("", $0.alignment, shrinks: $0.shrinks) }
  }

  /// Adds a row.
  ///
  /// - Parameter rank: what is shown first if not all can be: the lowest.
  public mutating func add(_ cells: [Cell], rank: Int = 0) { rows.append((cells, rank)) }

  /// The lines, each at most `width` columns wide, at most `height` of them.
  ///
  /// Rows stand in the order in which they were added, unless some are left out: then by rank, with `and 12 more` at the end.
  public func lines(width: Int, height: Int, colours: Bool = false) -> [String] {
    guard rows.count > max(height, 1) else { return rendered(rows.map(\.cells), width, colours) }
    let order = rows.indices.sorted { (rows[$0].rank, $0) < (rows[$1].rank, $1) }
    let shown = order.prefix(max(height - 1, 1)).map { rows[$0].cells }
    let lines = rendered(shown, width, colours)
    guard height > 1 else { return lines }
    let more = TextWidth.truncated("and \(Format.count(rows.count - shown.count)) more", to: width)
    return lines + [Style.faint.applied(to: more, colours: colours)]
  }

  private func rendered(_ rows: [[Cell]], _ width: Int, _ colours: Bool) -> [String] {
    var table = Table(columns)
    for cells in rows { table.add(cells) }
    let plain = Self.split(table.render(width: width))
    guard plain.allSatisfy({ TextWidth.of($0) <= width }) else {
      // Columns that may not be cut are wider than the screen: better without colours than over two rows.
      return plain.map { TextWidth.truncated($0, to: width) }
    }
    return colours ? Self.split(table.render(width: width, colours: true)) : plain
  }

  private static func split(_ text: String) -> [String] {
    text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
  }
}
