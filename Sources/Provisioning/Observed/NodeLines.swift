import Foundation

/// Reads nodes as kubectl lists them: in the form that ``template`` asks for; or, without labels and taints, as a table.
enum NodeLines {
  /// Name, Ready, version, labels, taints, whether it is cordoned, and the reason of Ready, with tabs between.
  static let template =
    #"{range .items[*]}{.metadata.name}{"\t"}{.status.conditions[?(@.type=="Ready")].status}{"\t"}"#
    + #"{.status.nodeInfo.kubeletVersion}{"\t"}{.metadata.labels}{"\t"}{.spec.taints}{"\t"}"#
    + #"{.spec.unschedulable}{"\t"}{.status.conditions[?(@.type=="Ready")].reason}{"\n"}{end}"#

  private struct Taint: Decodable {
    var key: String
    var value: String?
    var effect: String
  }

  /// Nil for a line that is neither.
  static func read(_ line: Substring) -> (name: String, node: ObservedNode)? {
    let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
    if fields.count == 1 { return table(line) }
    guard fields.count == 5 || fields.count == 7, MachinePath.isName(fields[0]) else { return nil }
    var labels: [String: String] = [:]
    if !fields[3].isEmpty {
      guard let read = try? JSONDecoder().decode([String: String].self, from: Data(fields[3].utf8)) else { return nil }
      labels = read
    }
    var taints: [String: String] = [:]
    if !fields[4].isEmpty {
      guard let read = try? JSONDecoder().decode([Taint].self, from: Data(fields[4].utf8)) else { return nil }
      for taint in read { taints[taint.key] = "\(taint.value ?? ""):\(taint.effect)" }
    }
    return (
      String(fields[0]),
      ObservedNode(
        isReady: fields[1] == "True", labels: labels, taints: taints, version: String(fields[2].prefix(100)),
        isSchedulable: fields.count < 7 || fields[5] != "true",
        reason: fields.count < 7 ? "" : String(fields[6].prefix(100)))
    )
  }

  private static func table(_ line: Substring) -> (name: String, node: ObservedNode)? {
    let words = line.split(separator: " ")
    guard words.count >= 5, MachinePath.isName(words[0]) else { return nil }
    let states = words[1].split(separator: ",")
    return (
      String(words[0]),
      ObservedNode(
        isReady: states.contains("Ready"), version: String(words[4].prefix(100)),
        isSchedulable: !states.contains("SchedulingDisabled"))
    )
  }
}
