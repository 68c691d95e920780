import OCIImages

/// Turns what a file and flags say into what the builder takes: a recipe for each platform.
enum ImageRecipes {
  /// - Throws: ``OCIError``.
  static func make(_ file: ImageRecipeFile, base: ImageBase) throws -> [ImageRecipe] {
    let platforms = try file.platforms.isEmpty ? [Platform.current] : file.platforms.map { try Platform($0) }
    try FileLayers.check(file.programs, run: platforms)
    let layers = try FileLayers.make(programs: file.programs, files: file.files)
    let changes = ConfigurationChanges(
      user: file.user, environment: file.environment.sorted { $0.key < $1.key }.map { .init($0.key, $0.value) },
      entrypoint: file.entrypoint, command: file.command, workingDirectory: file.workdir, labels: file.labels,
      exposedPorts: Set(file.ports), volumes: Set(file.volumes))
    return platforms.map {
      ImageRecipe(base: base, platform: $0, layers: layers, changes: changes, annotations: file.annotations)
    }
  }
}
