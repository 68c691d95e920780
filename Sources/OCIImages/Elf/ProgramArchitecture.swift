/// For which processor a program was made.
///
/// Source of the numbers: the registry of `e_machine` in the System V ABI; of the names: `GOARCH`, which images use.
public struct ProgramArchitecture: Sendable, Hashable, CustomStringConvertible {
  private let kind: ELFFile.Kind

  /// - Throws: ``OCIError``: `image_unsupported` if the file is no ELF file, `bad_image` if it is damaged.
  public static func of(_ path: String) throws(OCIError) -> ProgramArchitecture {
    ProgramArchitecture(kind: try ELFFile(path).kind)
  }

  init(kind: ELFFile.Kind) { self.kind = kind }

  /// As images name it; nil for a processor that has no name here.
  public var architecture: String? {
    let (wide, little) = (kind.is64Bit, kind.isLittleEndian)
    return switch kind.machine {
    case 3: "386"
    case 8: (wide ? "mips64" : "mips") + (little ? "le" : "")
    case 21: little ? "ppc64le" : "ppc64"
    case 22: "s390x"
    case 40: "arm"
    case 62: "amd64"
    case 183: "arm64"
    case 243: wide ? "riscv64" : "riscv32"
    case 258: "loong64"
    default: nil
    }
  }

  /// Whether it may run there: on Linux, and with the same processor; variants are not compared.
  public func runs(on platform: Platform) -> Bool { platform.os == "linux" && platform.architecture == architecture }

  public var description: String { architecture.map { "linux/\($0)" } ?? "the unknown processor \(kind.machine)" }
}
