/// Ids from the command line; `-` stands for those on standard input, one a line.
enum IDList {
  static func expand(_ ids: [String]) throws -> [String] {
    guard ids.contains("-") else { return ids }
    let text = String(decoding: try InputFile.read("-"), as: UTF8.self)
    let read = text.split(whereSeparator: \.isWhitespace).map(String.init)
    let all = ids.flatMap { $0 == "-" ? read : [$0] }
    if all.isEmpty { throw CommandError(.badArgument, "standard input holds no ids") }
    return all
  }
}
