import Yams

/// The values file, flat: every text by its full name, with the line where it stands.
struct ValuesFile: Sendable {
  private(set) var texts: [String: Located<String>] = [:]
  private(set) var lists: [String: [Located<String>]] = [:]

  /// A values file is small; a larger one was named by mistake.
  static let largest = 1 << 20

  init() {}

  /// What is wrong with single keys goes to `problems`, and the rest is read.
  ///
  /// - Throws: ``WorkerDeploymentError`` (`bad_workers_value`) if it is no YAML mapping: nothing more could be said then.
  init(_ file: WorkerValuesInput.File, _ problems: ValueProblems) throws(WorkerDeploymentError) {
    guard let root = try ValuesYAML.mapping(file.text, name: file.name, largest: Self.largest) else { return }
    let reader = SectionReader(name: file.name, problems: problems)
    let image = Self.names(below: "image.")
    let top = Self.names(below: "") + ["image"] + ValueMap.allCases.map(\.rawValue)
    for entry in reader.entries(root, in: "") {
      if let map = ValueMap(rawValue: entry.key) {
        read(map, entry, reader)
      } else if entry.key == "image" {
        guard let section = reader.mapping(entry, example: "repo: team/prover-cluster") else { continue }
        for part in reader.entries(section, in: "image") where reader.check(part, among: image, hints: Self.imageHints)
        {
          read(part, reader)
        }
      } else if reader.check(entry, among: top, hints: Self.hints) {
        read(entry, reader)
      }
    }
  }

  private mutating func read(_ entry: SectionReader.Entry, _ reader: SectionReader) {
    if let list = ValueList(rawValue: entry.fullName) {
      lists[entry.fullName] = reader.texts(entry, example: list.example)
    } else if let text = reader.text(entry) {
      texts[entry.fullName] = Located(text, entry.source)
    }
  }

  private mutating func read(_ map: ValueMap, _ entry: SectionReader.Entry, _ reader: SectionReader) {
    guard let mapping = reader.mapping(entry, example: map.example) else { return }
    for part in reader.entries(mapping, in: entry.key) {
      if let text = reader.text(part) { texts[part.fullName] = Located(text, part.source) }
    }
  }

  /// The keys of a section, without its name.
  private static func names(below prefix: String) -> [String] {
    (ValueKey.allCases.map(\.rawValue) + ValueList.allCases.map(\.rawValue))
      .filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }.filter { !$0.contains(".") }
  }

  /// What people write for good reasons, and what to write instead.
  private static let hints = [
    "joinToken": "a token does not stand in this file: name a file with joinTokenFile, or set MUSTER_JOIN_TOKEN",
    "token": "a token does not stand in this file: name a file with joinTokenFile, or set MUSTER_JOIN_TOKEN",
    "kind": "the kind of the workers' tasks is 'circuit'", "name": "the pods' label 'app' is 'deployName'",
    "wire": "write 'protocol'", "endpoint": "write 'coordinator'", "env": "write 'environment'",
    "tolerations": "write 'taint', as dedicated=computation",
    "nodeSelector": "write 'nodeLabel', as fluidexnode=computation",
    "resources": "write 'requests' and 'limits' without it",
  ]
  private static let imageHints = [
    "password":
      "a password does not stand in this file: set IMAGE_AUTH_PASSWORD, or name a file with image.passwordFile",
    "tag": "the tag is always client-STAGE; set 'stage'",
    "name": "write 'repo', or 'own' for an image of your own",
  ]
}
