import Foundation

/// Reads a bundle: what is in it, and whether it is whole.
public struct BundleReader {
  private let folder: BundleFolder
  private var cache: DigestCache
  private var artifacts: [BundleArtifact] = []
  private var versions: [String: String] = [:]
  private var problems: [String]
  private var unknown: [String] = []
  private var expected: [String: (digest: String, list: String)] = [:]

  /// Reads every file once, unless the cache knows it.
  ///
  /// - Parameter cache: gets the digests that were found out.
  /// - Throws: ``ProvisioningError`` (`badBundle`) if there is no such folder; `CancellationError`. What is wrong with files is in ``ArtifactBundle/problems``.
  public static func read(_ folder: String, cache: inout DigestCache) throws -> ArtifactBundle {
    var reader = BundleReader(folder: try BundleFolder(folder), cache: cache)
    try reader.readAll()
    cache = reader.cache
    return ArtifactBundle(
      folder: reader.folder.root, artifacts: reader.artifacts.sorted { $0.path < $1.path }, versions: reader.versions,
      problems: reader.problems, remarks: reader.remarks)
  }

  private init(folder: BundleFolder, cache: DigestCache) {
    self.folder = folder
    self.cache = cache
    problems = folder.problems
  }

  private mutating func readAll() throws {
    for entry in folder.entries {
      switch ArtifactNames.meaning(entry.path) {
      case .checksums(let isWhole): readChecksums(entry, isWhole: isWhole)
      case .versions: readVersions(entry)
      default: break
      }
    }
    for entry in folder.entries {
      switch ArtifactNames.meaning(entry.path) {
      case .artifact(let kind): try add(entry, kind)
      case .wrong(let why): problems.append("'\(entry.path)' \(why)")
      case .unknown: unknown.append(entry.path)
      case .checksums, .versions: break
      }
    }
    checkNames()
  }

  private mutating func add(_ entry: BundleEntry, _ kind: BundleArtifact.Kind) throws {
    guard entry.stamp.size > 0 else {
      problems.append("'\(entry.path)' is empty; fetch it again")
      return
    }
    let digest: String
    if let known = cache.digest(of: entry.place, entry.stamp) {
      digest = known
    } else {
      do {
        let reading = try FileDigest.read(entry.place)
        if let wrong = ArtifactHead.problem(entry.path, reading.head) {
          problems.append("'\(entry.path)' \(wrong); fetch it again")
          return
        }
        cache.keep(reading.digest, of: entry.place, reading.stamp)
        digest = reading.digest
      } catch is CancellationError {
        throw CancellationError()
      } catch is FileDigest.Changed {
        problems.append("'\(entry.path)' changed while it was read; wait until its download is done")
        return
      } catch {
        problems.append("'\(entry.path)' cannot be read (\(error.localizedDescription)); give yourself the right to")
        return
      }
    }
    if let (wanted, list) = expected[entry.path], wanted != digest {
      problems.append(
        "'\(entry.path)' is damaged: its sha256 is \(digest.prefix(12))… and '\(list)' says \(wanted.prefix(12))…; fetch it again"
      )
      return
    }
    artifacts.append(BundleArtifact(path: entry.path, kind: kind, size: entry.stamp.size, digest: digest))
  }

  private mutating func readChecksums(_ entry: BundleEntry, isWhole: Bool) {
    guard let bytes = try? BoundedBytes.read(entry.place, limit: ChecksumList.largest) else {
      problems.append(
        "'\(entry.path)' cannot be read, or is too large for a list of digests; make it anew with sha256sum")
      return
    }
    let (list, wrongLine) = ChecksumList.read(String(decoding: bytes, as: UTF8.self))
    if let wrongLine {
      problems.append("line \(wrongLine) of '\(entry.path)' is no digest and file name; make it anew with sha256sum")
    }
    let parent = entry.path.split(separator: "/").dropLast().joined(separator: "/")
    let there = Set(folder.entries.map(\.path))
    for (name, digest) in list.sorted(by: { $0.key < $1.key }) {
      let path = parent.isEmpty ? name : "\(parent)/\(name)"
      expected[path] = (digest, entry.path)
      if isWhole, !there.contains(path) {
        problems.append(
          "'\(path.prefix(200))' is missing, though '\(entry.path)' names it; fetch it, or make the list anew")
      }
    }
  }

  private mutating func readVersions(_ entry: BundleEntry) {
    guard let bytes = try? BoundedBytes.read(entry.place, limit: 64 << 10) else {
      problems.append(
        "'\(entry.path)' cannot be read, or is too large for a list of versions; write NAME=VERSION lines")
      return
    }
    for line in String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline) where !line.hasPrefix("#") {
      guard let sign = line.firstIndex(where: { $0 == "=" || $0 == ":" }) else { continue }
      let name = line[..<sign].trimmingCharacters(in: .whitespaces).lowercased()
      versions[name] = line[line.index(after: sign)...].trimmingCharacters(in: .whitespaces)
    }
  }

  /// On a machine, artifacts of one kind lie in one folder.
  private mutating func checkNames() {
    var seen: [String: String] = [:]
    for artifact in artifacts.sorted(by: { $0.path < $1.path }) {
      let place: String
      switch artifact.kind {
      case .k3s(let architecture): place = "k3s for \(architecture)"
      case .clusterImages(let architecture): place = "images of k3s for \(architecture)"
      case .images: place = "images '\(artifact.fileName)'"
      case .chart: place = "chart '\(artifact.fileName)'"
      case .packageKey(let set): place = "the key of the source of \(set.rawValue)"
      case .manifest: place = "manifest '\(artifact.fileName)'"
      case .package(let set, let file, let release):
        place = "package \(file.name) (\(set.rawValue), \(release ?? "all releases"), \(file.architecture))"
      }
      if let other = seen[place] {
        problems.append("'\(other)' and '\(artifact.path)' are both \(place); take one of them away")
      }
      seen[place] = artifact.path
    }
  }

  private var remarks: [String] {
    guard let first = unknown.first else { return [] }
    let more = unknown.count > 1 ? " and \(unknown.count - 1) more are" : " is"
    return ["'\(first)'\(more) not used: nothing in their place and of their name is known to Muster"]
  }
}
