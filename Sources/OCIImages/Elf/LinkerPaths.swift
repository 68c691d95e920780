/// Where the dynamic linker looks for libraries whatever a program says.
///
/// Source: ld.so(8). The cache is not read: the folders that it is made from are.
struct LinkerPaths: Sendable {
  /// From `/etc/ld.so.conf`.
  let configured: [String]
  /// Those that need no configuration, so that an image can have them without it.
  let usual: [String]
  /// What `$LIB` and `$PLATFORM` stand for; the first that leads to a library is taken.
  let libraryNames: [String]
  let platformName: String

  init(_ kind: ELFFile.Kind, _ files: RootedFiles) {
    let machine = Self.names(kind)
    let wide = kind.is64Bit ? "lib64" : "lib32"
    libraryNames = (machine.triplet.map { ["lib/\($0)"] } ?? []) + [wide, "lib"]
    platformName = machine.platform
    usual = libraryNames.flatMap { ["/\($0)", "/usr/\($0)"] }
    configured = Self.read("/etc/ld.so.conf", files, depth: 0)
  }

  /// As Debian names the folder of a machine's libraries, and as the kernel names the processor.
  private static func names(_ kind: ELFFile.Kind) -> (triplet: String?, platform: String) {
    switch (kind.machine, kind.is64Bit, kind.isLittleEndian) {
    case (62, true, _): ("x86_64-linux-gnu", "x86_64")
    case (62, false, _): ("x86_64-linux-gnux32", "x86_64")
    case (3, _, _): ("i386-linux-gnu", "i686")
    case (183, _, true): ("aarch64-linux-gnu", "aarch64")
    case (40, _, true): ("arm-linux-gnueabihf", "v7l")
    case (21, _, true): ("powerpc64le-linux-gnu", "ppc64le")
    case (22, true, _): ("s390x-linux-gnu", "s390x")
    case (243, true, _): ("riscv64-linux-gnu", "riscv64")
    case (258, true, _): ("loongarch64-linux-gnu", "loongarch64")
    default: (nil, "")
    }
  }

  private static func read(_ path: String, _ files: RootedFiles, depth: Int) -> [String] {
    guard depth < 8 else { return [] }
    var result: [String] = []
    for line in files.lines(path) {
      let text = line.prefix { $0 != "#" }.split(whereSeparator: \.isWhitespace).map(String.init)
      if text.first == "include" {
        for pattern in text.dropFirst() {
          let absolute = pattern.hasPrefix("/") ? pattern : "/etc/\(pattern)"
          for file in files.matching(absolute) { result += read(file, files, depth: depth + 1) }
        }
      } else if let folder = text.first, folder.hasPrefix("/"), result.count < 1000 {
        result.append(folder)
      }
    }
    return result
  }
}
