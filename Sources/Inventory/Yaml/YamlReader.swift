/// Makes nodes of a YAML document, as Ansible does: YAML 1.1, keys in their order, the last of two equal keys counts.
struct YamlReader {
  /// How large values may become through aliases, in bytes about: nine lines can stand for a billion.
  private static let largest = 4 * InventoryLimits.fileSize

  private let events: YamlEvents
  private let scalars: YamlScalar
  private let collector: ProblemCollector
  private var anchors: [String: (node: YamlNode, size: Int)] = [:]
  private var depth = 0
  private var size = 0

  /// The one document of a text; nil if there is none.
  ///
  /// - Throws: ``YamlFault``; keys that stand twice are only warned of.
  static func read(_ bytes: [UInt8], _ collector: ProblemCollector) throws(YamlFault) -> YamlNode? {
    // JSON's numbers are not quite YAML's.
    let isJSON = bytes.first { ![0x20, 0x0A, 0x0D, 0x09].contains($0) } == UInt8(ascii: "{")
    var reader = YamlReader(bytes, isJSON: isJSON, collector)
    guard case .documentStart = try reader.events.next() else { return nil }
    let node = try reader.node(try reader.events.next())
    guard case .end = try reader.events.next() else {
      throw reader.fault("a second document begins here; an inventory is one, so take the line '---' away")
    }
    return node
  }

  private init(_ bytes: [UInt8], isJSON: Bool, _ collector: ProblemCollector) {
    events = YamlEvents(bytes)
    scalars = YamlScalar(isJSON: isJSON)
    self.collector = collector
  }

  private mutating func node(_ event: YamlEvent) throws(YamlFault) -> YamlNode {
    let before = size
    let line = events.line
    let content: YamlNode.Content
    let anchor: String?
    switch event {
    case .alias(let name):
      guard let known = anchors[name] else { throw fault("the alias '*\(name.prefix(64))' has no anchor before it") }
      try count(known.size)
      return known.node
    case .scalar(let text, let tag, let isPlain, let name):
      try count(32 + text.utf8.count)
      content = try scalar(text, tag, isPlain)
      anchor = name
    case .listStart(let tag, let name):
      try enter(tag, of: "seq")
      content = .list(try list())
      depth -= 1
      anchor = name
    case .mapStart(let tag, let name):
      try enter(tag, of: "map")
      content = .map(try map())
      depth -= 1
      anchor = name
    default: throw fault("a value is missing")
    }
    let node = YamlNode(line: line, content: content)
    if let anchor { anchors[anchor] = (node, size - before) }
    return node
  }

  private func scalar(_ text: String, _ tag: String?, _ isPlain: Bool) throws(YamlFault) -> YamlNode.Content {
    if tag == "!vault" || tag == "!vault-encrypted" { return .vault }
    guard let value = scalars.value(text, tag: tag, isPlain: isPlain) else {
      throw fault(
        "a value's tag '\(tag?.prefix(64) ?? "")' is unknown, or the value is not what it says; take the tag away")
    }
    return .scalar(value, text: text)
  }

  private mutating func list() throws(YamlFault) -> [YamlNode] {
    var elements: [YamlNode] = []
    while true {
      let next = try events.next()
      if case .listEnd = next { return elements }
      elements.append(try node(next))
    }
  }

  private mutating func map() throws(YamlFault) -> [YamlNode.Member] {
    var members: [YamlNode.Member] = []
    var merged: [YamlNode.Member] = []
    while true {
      let event = try events.next()
      if case .mapEnd = event { break }
      let line = events.line
      if case .scalar("<<", nil, true, _) = event {
        merged += try merge(try node(try events.next()))
        continue
      }
      let key = try node(event)
      guard case .scalar(let value, _) = key.content else {
        throw YamlFault(line: line, reason: "a key must be a word or a number, not \(key.typeWord)")
      }
      members.append(YamlNode.Member(key: value, line: line, value: try node(try events.next())))
    }
    return unique(merged, members)
  }

  /// What is merged comes first and loses.
  private func unique(_ merged: [YamlNode.Member], _ members: [YamlNode.Member]) -> [YamlNode.Member] {
    var result: [YamlNode.Member] = []
    var places: [InventoryValue: Int] = [:]
    func put(_ member: YamlNode.Member) {
      if let place = places[member.key] {
        result[place] = member
      } else {
        places[member.key] = result.count
        result.append(member)
      }
    }
    merged.forEach(put)
    var own: Set<InventoryValue> = []
    for member in members {
      if !own.insert(member.key).inserted {
        collector.warn(member.line, "the key '\(YamlNode.keyText(member.key) ?? "")' stands twice; the last one counts")
      }
      put(member)
    }
    return result
  }

  /// What stands behind `<<`: a mapping, or a list of them, the first of which counts most.
  private mutating func merge(_ node: YamlNode) throws(YamlFault) -> [YamlNode.Member] {
    if let map = node.map { return map }
    var members: [YamlNode.Member] = []
    for element in (node.list ?? []).reversed() {
      guard let map = element.map else { throw fault("'<<' takes a mapping or a list of mappings") }
      members += map
    }
    guard node.list != nil else { throw fault("'<<' takes a mapping or a list of mappings") }
    return members
  }

  private mutating func enter(_ tag: String?, of kind: String) throws(YamlFault) {
    guard tag == nil || tag == "!unsafe" || tag == "tag:yaml.org,2002:\(kind)" else {
      throw fault("the tag '\(tag?.prefix(64) ?? "")' is unknown; take it away")
    }
    depth += 1
    guard depth <= InventoryLimits.valueDepth else {
      throw fault("it is nested over \(InventoryLimits.valueDepth) deep; flatten it")
    }
    try count(64)
  }

  private mutating func count(_ bytes: Int) throws(YamlFault) {
    size += bytes
    guard size <= Self.largest else { throw fault("with its aliases written out it is over \(Self.largest) bytes") }
  }

  private func fault(_ reason: String) -> YamlFault { YamlFault(line: events.line, reason: reason) }
}
