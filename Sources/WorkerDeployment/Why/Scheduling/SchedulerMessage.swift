/// What the scheduler says when it finds no node: `0/5 nodes are available: 2 Insufficient cpu, …`.
///
/// Source of the format: `k8s.io/kubernetes/pkg/scheduler/framework.FitError`, as of 1.20 and, with other words and with
/// what it says of preemption at the end, of 1.31. Reading never fails on odd text: what is not understood is kept as it is.
public struct SchedulerMessage: Sendable, Hashable {
  /// Why nodes were passed over.
  public enum Obstacle: Sendable, Hashable {
    case label
    /// The taint's key and value; both empty where newer schedulers do not say.
    case taint(key: String, value: String)
    case cordoned
    /// Workers are kept apart.
    case apart
    /// Other pods there do not want a worker beside them.
    case unwelcome
    case spread
    case resource(String)
    case tooManyPods
    case ports
    case volume
    /// In the scheduler's own words.
    case other(String)
  }

  /// An obstacle, and on how many nodes it was the first.
  public struct Count: Sendable, Hashable {
    public var nodes: Int
    public var obstacle: Obstacle
  }

  /// How many nodes there are.
  public var total: Int
  public var counts: [Count]

  /// The longest message that is looked at: one a taint of each node, in large clusters.
  static let limit = 16_384

  /// Nil: it is no message of this form.
  public init?(_ text: String) {
    let text = Wording.cleaned(text, limit: Self.limit)
    guard let slash = text.firstIndex(of: "/"), Int(text[..<slash]) != nil else { return nil }
    let rest = text[text.index(after: slash)...]
    let digits = rest.prefix { $0.isASCII && $0.isNumber }
    guard let total = Int(digits), rest.dropFirst(digits.count).hasPrefix(" nodes are available") else { return nil }
    self.total = total
    counts = []
    guard let colon = rest.firstIndex(of: ":") else { return }
    var reasons = rest[rest.index(after: colon)...]
    // From 1.24 on: `… preemption: 0/5 nodes are available: …`, which repeats what was said.
    if let end = Self.range(of: "preemption:", in: reasons) { reasons = reasons[..<end] }
    for part in Self.parts(reasons) {
      guard let count = Count(part) else { continue }
      // 1.20 counts pods that are kept apart twice, in two wordings.
      if count.obstacle == .apart, counts.contains(where: { $0.obstacle == .apart }) { continue }
      counts.append(count)
    }
  }

  /// At commas that a count follows: there are commas within a reason too.
  private static func parts(_ text: Substring) -> [Substring] {
    var parts: [Substring] = []
    var start = text.startIndex
    var index = text.startIndex
    while index < text.endIndex {
      let next = text.index(after: index)
      if text[index] == ",", let after = text[next...].firstIndex(where: { $0 != " " }), text[after].isNumber {
        parts.append(text[start..<index])
        start = next
      }
      index = next
    }
    parts.append(text[start...])
    return parts
  }

  private static func range(of word: String, in text: Substring) -> Substring.Index? {
    var rest = text
    while let index = rest.firstIndex(where: { $0 == word.first }) {
      if rest[index...].hasPrefix(word) { return index }
      rest = rest[rest.index(after: index)...]
    }
    return nil
  }
}

extension SchedulerMessage.Count {
  /// Reads `2 node(s) were unschedulable`.
  fileprivate init?(_ part: Substring) {
    let part = part.drop { $0 == " " }
    let digits = part.prefix { $0.isASCII && $0.isNumber }
    guard let nodes = Int(digits) else { return nil }
    var words = part.dropFirst(digits.count).drop { $0 == " " }
    while let last = words.last, last == "." || last == " " || last == "," { words = words.dropLast() }
    guard !words.isEmpty else { return nil }
    self.nodes = nodes
    obstacle = SchedulerMessage.Obstacle(String(words))
  }
}

extension SchedulerMessage.Obstacle {
  init(_ words: String) {
    let lower = words.lowercased()
    func says(_ text: String) -> Bool { lower.hasPrefix(text) }
    if says("insufficient ") {
      self = .resource(String(words.dropFirst("insufficient ".count)))
    } else if says("too many pods") {
      self = .tooManyPods
    } else if says("node(s) had taint {") || says("node(s) had untolerated taint {") {
      self = Self.taint(in: words)
    } else if says("node(s) had untolerated taint") || says("node(s) had taints that") {
      self = .taint(key: "", value: "")
    } else if says("node(s) were unschedulable") {
      self = .cordoned
    } else if says("node(s) didn't match pod's node affinity") || says("node(s) didn't match node selector") {
      self = .label
    } else if says("node(s) didn't match pod anti-affinity") || says("node(s) didn't match pod affinity/anti-affinity")
    {
      self = .apart
    } else if says("node(s) didn't satisfy existing pods anti-affinity") {
      self = .unwelcome
    } else if says("node(s) didn't match pod topology spread") {
      self = .spread
    } else if says("node(s) didn't have free ports") {
      self = .ports
    } else if lower.contains("volume") {
      self = .volume
    } else {
      self = .other(words)
    }
  }

  /// `… {dedicated: gpu}, that the pod didn't tolerate` → `dedicated`, `gpu`.
  private static func taint(in words: String) -> Self {
    guard let open = words.firstIndex(of: "{") else { return .taint(key: "", value: "") }
    let inner = words[words.index(after: open)...].prefix { $0 != "}" }
    let parts = inner.split(separator: ":", maxSplits: 1).map { $0.drop { $0 == " " } }
    return .taint(key: String(parts.first ?? ""), value: parts.count > 1 ? String(parts[1]) : "")
  }
}
