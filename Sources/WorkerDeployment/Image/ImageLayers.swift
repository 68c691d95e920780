import OCIImages

/// What goes into the workers' image, layer by layer.
struct ImageLayers {
  private let contents: ImageValues
  private let certificates: String?

  static let path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
  /// So that `kubectl exec` finds the program by its name.
  private static let link = "/usr/bin/muster"

  init(_ contents: ImageValues, certificates: String?) {
    self.contents = contents
    self.certificates = certificates
  }

  /// From the lowest up.
  ///
  /// - Throws: `OCIError`.
  func make(_ own: SelfContainedProgram, for platform: Platform) throws(OCIError) -> [LayerRecipe] {
    let programs = contents.programs.map { PlacedFile(source: $0.source, path: $0.path, mode: $0.mode) }
    let files = contents.files.map { PlacedFile(source: $0.source, path: $0.path, mode: $0.mode) }
    try FileLayers.check(programs, run: [platform])
    let program = LayerRecipe(
      own.contents + [LayerContent(.symbolicLink(target: WorkerPaths.program), at: Self.link)], comment: "muster")
    guard contents.base == nil else {
      // A base has a linker and a C library of its own, with which programs on it have to run.
      let added = LayerRecipe(programs.map(\.programContent) + files.map(\.content), comment: "files")
      return [program, added].filter { !$0.contents.isEmpty }
    }
    return [LayerRecipe(system, comment: "system"), program] + (try FileLayers.make(programs: programs, files: files))
  }

  /// What programs expect of any system.
  private var system: [LayerContent] {
    func text(_ text: String, _ path: String) -> LayerContent { LayerContent(.bytes(Array(text.utf8)), at: path) }
    var system = [
      text(
        "root:x:0:0:root:/root:/sbin/nologin\nnobody:x:65534:65534:nobody:/nonexistent:/sbin/nologin\n", "/etc/passwd"),
      text("root:x:0:\nnogroup:x:65534:\n", "/etc/group"),
      // Without it, some C libraries do not look at /etc/hosts, where pods have their own names.
      text("hosts: files dns\n", "/etc/nsswitch.conf"),
      LayerContent(.directory, at: "/tmp", mode: .exactly(0o1777)),
    ]
    if let certificates {
      system.append(
        LayerContent(.copy(source: certificates), at: CertificateFile.usual[0], mode: .exactly(0o644)))
    }
    return system
  }
}
