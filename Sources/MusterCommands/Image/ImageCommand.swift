import ArgumentParser

/// `muster image`
struct ImageCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "image", abstract: "Build images of containers, and move them between registries and files.",
    discussion: """
      A place is a name in a registry (registry.example/team/app:1.0), a folder (oci:DIR[:TAG]), or a file as \
      'docker load' and 'podman load' take it (docker-archive:FILE[:NAME:TAG]). No daemon is needed, and no registry is \
      assumed: a name begins with one.
      """,
    subcommands: [ImageBuild.self, ImagePush.self, ImagePull.self, ImageCopyCommand.self, ImageInspect.self])
}
