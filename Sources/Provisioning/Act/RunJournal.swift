import Foundation
import MusterCore

/// What a run did, on this machine: a folder with `run.jsonl`, one ``RunLine`` a line, and a text `MACHINE.log` for each machine. Only
/// its owner may read it. Its lines are on disk when the run has ended; it decides nothing, so a torn one costs nothing.
public final class RunJournal {
  /// How many runs are kept, with the new one.
  static let most = 50

  /// An absolute path.
  public let folder: String
  private var files: [String: FileHandle] = [:]
  private let encoder: JSONEncoder

  /// Makes the folder, and removes the oldest runs.
  ///
  /// - Parameters:
  ///   - root: where all runs lie.
  ///   - name: of the run: sorts by time.
  /// - Throws: what the file system says.
  public init(in root: String, name: String) throws {
    folder = "\(root)/\(name)"
    encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let manager = FileManager.default
    try manager.createDirectory(
      atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    try manager.setAttributes([.posixPermissions: 0o700], ofItemAtPath: folder)
    let runs = (try? manager.contentsOfDirectory(atPath: root)) ?? []
    for old in runs.sorted().dropLast(Self.most) { try? manager.removeItem(atPath: "\(root)/\(old)") }
  }

  deinit { close() }

  public func write(_ line: RunLine) {
    guard let json = try? encoder.encode(line) else { return }
    append(json + [0x0A], to: "run.jsonl")
    guard let machine = line.machine, line.event != "upload" else { return }
    let about = [line.what, line.message ?? line.why].compactMap { $0 }.joined(separator: ": ")
    let took = line.seconds.map { " (\($0) s)" } ?? ""
    append(Data("\(line.time) \(line.state ?? line.event) \(about)\(took)\n".utf8), to: Self.fileName(machine))
  }

  /// Writes everything to the disk.
  public func close() {
    for file in files.values {
      try? file.synchronize()
      try? file.close()
    }
    files = [:]
  }

  private func append(_ bytes: Data, to name: String) {
    if files[name] == nil {
      let path = "\(folder)/\(name)"
      _ = FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600])
      files[name] = FileHandle(forWritingAtPath: path)
    }
    // A full disk must not stop the work on the machines.
    try? files[name]?.write(contentsOf: bytes)
  }

  /// A machine may be called what it likes.
  static func fileName(_ machine: String) -> String {
    let safe = machine.map { $0.isASCII && ($0.isLetter || $0.isNumber || "._-:".contains($0)) ? $0 : "_" }
    return "\(String(safe.prefix(100))).log"
  }
}
