/// Rows under titles: aligned columns, two spaces apart, no borders, no trailing spaces.
public struct Table: Sendable {
  public let columns: [Column]
  public private(set) var rows: [[Cell]] = []
  /// Said on standard error instead of printing titles over nothing. Nil: the titles alone are printed.
  public var whenEmpty: String?

  public init(_ columns: [Column], whenEmpty: String? = nil) {
    self.columns = columns
    self.whenEmpty = whenEmpty
  }

  /// Facts about one thing: a name and a value on each line, without titles.
  public init(facts: [(String, Cell)]) {
    self.init([Column("", shrinks: false), Column("")])
    for (name, value) in facts { add([Cell(name, style: .faint), value]) }
  }

  /// Adds a row. Cells that are missing at its end are empty; those beyond the last column are dropped.
  public mutating func add(_ cells: [Cell]) {
    let missing = max(columns.count - cells.count, 0)
    rows.append(Array(cells.prefix(columns.count)) + Array(repeating: Cell(""), count: missing))
  }

  /// The text of the table, each line ended by a line break.
  ///
  /// - Parameter width: columns of the terminal; shrinkable columns are cut to fit. Nil: nothing is ever cut.
  public func render(width: Int? = nil, colours: Bool = false) -> String {
    var lines = rows.map { row in row.map { (text: VisibleText.line($0.text), style: $0.style) } }
    if columns.contains(where: { !$0.title.isEmpty }) {
      lines.insert(columns.map { (text: VisibleText.line($0.title), style: Style.heading) }, at: 0)
    }
    let natural = columns.indices.map { column in lines.map { TextWidth.of($0[column].text) }.max() ?? 0 }
    let widths = Table.fitted(natural, shrinks: columns.map(\.shrinks), to: width)
    var result = ""
    for line in lines {
      var blanks = 0
      for (column, cell) in line.enumerated() {
        let text = width == nil ? cell.text : TextWidth.truncated(cell.text, to: widths[column])
        let padding = widths[column] - TextWidth.of(text)
        if columns[column].alignment == .right { blanks += padding }
        // Blanks are written only before text, so that no line ends with them.
        if !text.isEmpty {
          result += String(repeating: " ", count: blanks) + cell.style.applied(to: text, colours: colours)
          blanks = 0
        }
        blanks += Table.gap + (columns[column].alignment == .left ? padding : 0)
      }
      result += "\n"
    }
    return result
  }

  private static let gap = 2
  private static let narrowest = 6

  /// Takes columns from the widest shrinkable ones until the line fits, but never below a readable width.
  static func fitted(_ natural: [Int], shrinks: [Bool], to width: Int?) -> [Int] {
    guard let width else { return natural }
    var widths = natural
    var excess = natural.reduce(0, +) + gap * max(natural.count - 1, 0) - width
    while excess > 0 {
      let candidates = widths.indices.filter { shrinks[$0] && widths[$0] > narrowest }
      guard let widest = candidates.max(by: { widths[$0] < widths[$1] }) else { break }
      widths[widest] -= 1
      excess -= 1
    }
    return widths
  }
}
