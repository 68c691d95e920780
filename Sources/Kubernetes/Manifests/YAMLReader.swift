/// Makes JSON values of YAML documents, as kubectl does; see ``YAMLScalar`` for what scalars mean.
///
/// Stricter than kubectl in one point: a key that stands twice in one mapping is refused, because one of the two values
/// would be lost without a word. And a merge key (`<<`) never beats a key that is written out, as YAML says.
struct YAMLReader {
  /// How deep values may be nested; recursion follows it.
  static let deepest = 500
  /// How large values may become through aliases, in bytes about: nine lines can stand for a billion.
  private let largest: Int
  private let events: YAMLEvents
  private var anchors: [String: (value: JSONValue, size: Int)] = [:]
  private var depth = 0
  private var size = 0

  /// - Parameter largest: bytes of a document with its aliases written out.
  init(_ bytes: some Collection<UInt8>, largest: Int) {
    events = YAMLEvents(bytes)
    self.largest = largest
  }

  /// The next document and the line on which it begins; nil after the last. An empty document is null.
  mutating func next() throws(YAMLFault) -> (value: JSONValue, line: Int)? {
    while true {
      switch try events.next() {
      case .end: return nil
      case .documentStart:
        anchors = [:]
        size = 0
        let first = try events.next()
        let line = events.line
        return (try value(first), line)
      default: continue
      }
    }
  }

  private mutating func value(_ event: YAMLEvent) throws(YAMLFault) -> JSONValue {
    let before = size
    switch event {
    case .alias(let name):
      guard let anchor = anchors[name] else { throw fault("the alias '*\(name)' has no anchor before it") }
      try count(anchor.size)
      return anchor.value
    case .scalar(let text, let tag, let isPlain, let anchor):
      try count(16 + text.utf8.count)
      guard let value = YAMLScalar.value(text, tag: tag, isPlain: isPlain) else {
        throw fault("a value is not what its tag says")
      }
      if case .number(let number) = value, !number.isFinite { throw fault("infinity and NaN have no place in JSON") }
      remember(anchor, value, since: before)
      return value
    case .sequenceStart(let anchor):
      try enter()
      var elements: [JSONValue] = []
      while true {
        let next = try events.next()
        if case .sequenceEnd = next { break }
        elements.append(try value(next))
      }
      depth -= 1
      remember(anchor, .array(elements), since: before)
      return .array(elements)
    case .mappingStart(let anchor):
      try enter()
      let members = try mapping()
      depth -= 1
      remember(anchor, .object(members), since: before)
      return .object(members)
    default: throw fault("a value is missing")
    }
  }

  private mutating func mapping() throws(YAMLFault) -> [String: JSONValue] {
    var members: [String: JSONValue] = [:]
    var merged: [[String: JSONValue]] = []
    while true {
      let event = try events.next()
      if case .mappingEnd = event { break }
      let line = events.line
      if case .scalar("<<", nil, true, _) = event {
        merged += try merge()
        continue
      }
      let key = try key(event)
      let value = try value(try events.next())
      guard members.updateValue(value, forKey: key) == nil else {
        throw YAMLFault(reason: "the key '\(key.prefix(64))' stands twice in one mapping", line: line)
      }
    }
    for source in merged { members.merge(source) { mine, _ in mine } }
    return members
  }

  /// What stands behind `<<`: a mapping or a list of them, the first of which counts most.
  private mutating func merge() throws(YAMLFault) -> [[String: JSONValue]] {
    let value = try value(try events.next())
    let sources = value.array ?? [value]
    var mappings: [[String: JSONValue]] = []
    for source in sources {
      guard case .object(let members) = source else { throw fault("'<<' takes a mapping or a list of mappings") }
      mappings.append(members)
    }
    return mappings
  }

  private mutating func key(_ event: YAMLEvent) throws(YAMLFault) -> String {
    let line = events.line
    switch event {
    case .scalar, .alias: break
    default: throw YAMLFault(reason: "a key must be a word or a number", line: line)
    }
    switch try value(event) {
    case .string(let text): return text
    case .bool(let value): return value ? "true" : "false"
    case .integer(let value): return String(value)
    case .number(let value): return JSONWriter.numberText(value)
    default: throw YAMLFault(reason: "a key must be a word or a number", line: line)
    }
  }

  private mutating func enter() throws(YAMLFault) {
    depth += 1
    guard depth <= Self.deepest else { throw fault("it is nested over \(Self.deepest) deep") }
    try count(16)
  }

  private mutating func count(_ bytes: Int) throws(YAMLFault) {
    size += bytes
    guard size <= largest else { throw fault("with its aliases written out it is over \(largest) bytes") }
  }

  private mutating func remember(_ anchor: String?, _ value: JSONValue, since before: Int) {
    if let anchor { anchors[anchor] = (value, size - before) }
  }

  private func fault(_ reason: String) -> YAMLFault { YAMLFault(reason: reason, line: events.line) }
}
