import MusterCore
import OCIImages

/// Decides which image the workers run: where it is delivered, from where it is pulled, and what it is made of.
struct ImageResolution {
  private let reader: ValueReader
  private(set) var remarks: [String] = []

  init(_ reader: ValueReader) { self.reader = reader }

  /// Nil: something is missing or wrong, which is reported.
  ///
  /// - Parameter stage: nil if it is missing itself.
  mutating func target(stage: String?) -> (image: ImageTarget, digest: String?)? {
    if reader.text(.imageOwn) != nil {
      return reader.value(.imageOwn, ImageText.own).map { own($0.value) }
    }
    let host = reader.value(.imageHost, ImageText.host)
    let alias = reader.value(.imageHostAlias, ImageText.host)
    // A host that was given and is wrong is a host all the same.
    let isHostInside = reader.text(.imageHost) == nil
    guard reader.text(.imageRepo) != nil else {
      reader.problems.addMissing(
        "IMAGE_REPO is not set; set it to the repository to which the image is delivered, as registry.example/team/prover-cluster, or name an image of your own with --image"
      )
      return nil
    }
    let repository = reader.value(.imageRepo) { (text) throws(BadText) in
      try ImageText.repository(text, isHostInside: isHostInside)
    }
    guard let (inside, path) = repository?.value else { return nil }
    guard let registry = host?.value ?? inside else {
      if isHostInside {
        reader.problems.addMissing(
          "IMAGE_HOST is not set, and IMAGE_REPO (\(BadText.quoted(path))) does not begin with a host; set IMAGE_HOST to the registry's host: Muster has no registry of its own choice, so that no image goes to strangers by mistake"
        )
      }
      return nil
    }
    if let inside {
      remarks.append("IMAGE_HOST is not set, so the first part of IMAGE_REPO is the host: \(inside)")
    } else if let first = path.split(separator: "/").first, ImageText.looksLikeHost(first) {
      remarks.append("IMAGE_HOST is set, so '\(first)' in IMAGE_REPO is a part of the path")
    }
    guard let stage else { return nil }
    let pullHost = alias?.value ?? registry
    let image = ImageTarget(
      delivered: "\(registry)/\(path):client-\(stage)", pulled: "\(pullHost)/\(path):client-\(stage)",
      pullHost: pullHost)
    remarks.append("the image is delivered to \(image.delivered) and pulled from \(image.pulled)")
    return (image, nil)
  }

  private mutating func own(_ reference: ImageReference) -> (image: ImageTarget, digest: String?) {
    let text = reference.description
    let unused = [ValueKey.imageRepo, .imageHost, .imageHostAlias].filter { reader.text($0) != nil }
    let rest =
      unused.isEmpty
      ? ""
      : "; \(unused.compactMap(\.variable).joined(separator: ", ")) \(unused.count == 1 ? "has" : "have") no effect"
    remarks.append("the image \(text) is your own, and nothing is built or delivered\(rest)")
    return (
      ImageTarget(delivered: text, pulled: text, pullHost: reference.registry, isOwn: true),
      reference.digest?.description
    )
  }

  /// What the image is made of.
  func contents() -> ImageValues {
    var image = ImageValues()
    image.own = reader.value(.imageOwn, ImageText.own)?.value.description
    image.base = base()
    image.files = files(.imageFiles, needsPath: true)
    image.programs = files(.imagePrograms, needsPath: false)
    return image
  }

  private func base() -> String? {
    guard let base = reader.value(.imageBase, ImageText.base) else { return nil }
    func seen(_ path: String) -> String { reader.path(Located(path, base.source)) }
    return switch base.value {
    case .registry: base.value.description
    case .layout(let directory, let image): ImageLocation.layout(directory: seen(directory), image: image).description
    case .dockerArchive(let file, let name): ImageLocation.dockerArchive(file: seen(file), name: name).description
    }
  }

  private func files(_ list: ValueList, needsPath: Bool) -> [ImageFile] {
    (reader.file.lists[list.rawValue] ?? []).compactMap { item in
      let parsed = reader.parsed(item, list.rawValue) { (text) throws(BadText) in
        try ImageText.file(text, needsPath: needsPath)
      }
      guard var file = parsed?.value else { return nil }
      file.source = reader.path(Located(file.source, item.source))
      return file
    }
  }

  /// For delivering and pulling. Nil: anonymous, or wrong, which is reported.
  mutating func login() -> RegistryLogin? {
    let user = reader.value(.imageUser) { (text) throws(BadText) in
      guard !text.isEmpty, !text.contains(":"), text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
        throw BadText("\(BadText.quoted(text)) cannot be the name of a user; it is one word without ':'")
      }
      return text
    }
    let (isGiven, password) = password()
    guard reader.text(.imageUser) != nil else {
      if isGiven { remarks.append("a password for the registry is given and IMAGE_AUTH_USER is not: it is not used") }
      return nil
    }
    guard isGiven else {
      reader.problems.addMissing(
        "IMAGE_AUTH_USER is set and no password is; set IMAGE_AUTH_PASSWORD, or name a file with image.passwordFile")
      return nil
    }
    guard let user, let password else { return nil }
    return RegistryLogin(user: user.value, password: password)
  }

  /// A flag names a file and beats the variable, which beats the file that the values file names.
  private func password() -> (isGiven: Bool, value: Secret<String>?) {
    let name = "IMAGE_AUTH_PASSWORD"
    if reader.input.flags[ValueKey.imagePasswordFile.rawValue] == nil, let password = reader.input.variable(name) {
      return (true, secret(Located(password, .variable(name)), name))
    }
    guard reader.text(.imagePasswordFile) != nil else { return (false, nil) }
    guard let contents = reader.contents(.imagePasswordFile, largest: 64 << 10) else { return (true, nil) }
    return (true, secret(contents, ValueKey.imagePasswordFile.rawValue))
  }

  /// What ends the line in a file is not part of the password. Nothing of it is repeated.
  private func secret(_ text: Located<String>, _ name: String) -> Secret<String>? {
    var bytes = Array(text.value.utf8)
    while let last = bytes.last, last == 0x0A || last == 0x0D { bytes.removeLast() }
    guard !bytes.isEmpty, bytes.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
      reader.problems.add(
        text.source, name, "the password is empty or has several lines or control characters; check where it comes from"
      )
      return nil
    }
    return Secret(String(decoding: bytes, as: UTF8.self))
  }
}
