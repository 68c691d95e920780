import MusterCore
import Yams

/// The files that workers are given: their token, and their configuration.
struct WorkerFiles {
  private let reader: ValueReader

  /// Both configurations share a ConfigMap, which has room for 1 MiB.
  private static let largest = 256 << 10
  static let tokenVariable = "MUSTER_JOIN_TOKEN"

  init(_ reader: ValueReader) { self.reader = reader }

  /// Nil: nobody gave one, or it is wrong, which is reported. Nothing of it is repeated.
  func joinToken() -> Secret<String>? {
    let key = ValueKey.joinTokenFile
    var text: Located<String>?
    if reader.input.flags[key.rawValue] == nil, let token = reader.input.variable(Self.tokenVariable) {
      text = Located(token, .variable(Self.tokenVariable))
    } else {
      text = reader.contents(key, largest: 64 << 10)
    }
    guard let text else { return nil }
    let token = text.value.filter { !$0.isWhitespace }
    guard !token.isEmpty, token.utf8.count <= 4096, token.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
      reader.problems.add(
        text.source, key.rawValue, "this is no token; make one with 'muster token create' and give it whole")
      return nil
    }
    return Secret(token)
  }

  /// `muster.yaml` of the workers.
  func workerFile() -> String? { configuration(.workerFile, refused: [:]) }

  /// `client.yaml` of the workers.
  func clientFile() -> String? {
    configuration(
      .clientFile,
      refused: ["upstream": "workers are told it by COORDINATOR_EP or COORDINATOR_SERV; remove the line"])
  }

  /// - Parameter refused: keys that may not stand in it, and why.
  private func configuration(_ key: ValueKey, refused: [String: String]) -> String? {
    guard let contents = reader.contents(key, largest: Self.largest), let text = reader.text(key) else { return nil }
    let name = reader.path(text)
    do throws(WorkerDeploymentError) {
      let mapping = try ValuesYAML.mapping(contents.value, name: name, largest: Self.largest)
      for entry in SectionReader(name: name, problems: reader.problems).entries(mapping ?? [:], in: "") {
        if let reason = refused[entry.key] { reader.problems.add(entry.source, entry.key, reason) }
      }
    } catch {
      reader.problems.add(contents.source, key.rawValue, error.message)
    }
    return contents.value
  }
}
