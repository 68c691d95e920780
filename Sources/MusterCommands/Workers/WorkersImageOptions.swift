import ArgumentParser

/// Which image the workers run, and where it goes. What is put into it stands in the values file.
struct WorkersImageOptions: ParsableArguments {
  @Option(
    name: .customLong("image"),
    help: ArgumentHelp("An image of your own, in a registry. Nothing is built or delivered.", valueName: "image"))
  var own: String?

  @Option(help: ArgumentHelp("The repository to which it is delivered. Default: IMAGE_REPO.", valueName: "path"))
  var imageRepo: String?

  @Option(
    help: ArgumentHelp("The registry to which it is delivered. Default: IMAGE_HOST.", valueName: "host[:port]"))
  var imageHost: String?

  @Option(
    help: ArgumentHelp("The registry's name for the nodes. Default: IMAGE_HOST_ALIAS.", valueName: "host[:port]"))
  var imageHostAlias: String?

  @Option(help: ArgumentHelp("Who delivers and pulls it. Default: IMAGE_AUTH_USER.", valueName: "name"))
  var imageUser: String?

  @Option(
    help: ArgumentHelp("A file with the user's password. Default: IMAGE_AUTH_PASSWORD holds it.", valueName: "file"),
    completion: .file())
  var imagePasswordFile: String?

  @Option(help: ArgumentHelp("A pull secret that is there already.", valueName: "name"))
  var imagePullSecret: String?

  @Option(help: ArgumentHelp("What the image stands on. Default: nothing.", valueName: "place"))
  var imageBase: String?

  /// Under the names of the values file.
  var flags: [String: String] {
    [
      "image.own": own, "image.repo": imageRepo, "image.host": imageHost, "image.hostAlias": imageHostAlias,
      "image.user": imageUser, "image.passwordFile": imagePasswordFile, "image.pullSecret": imagePullSecret,
      "image.base": imageBase,
    ].compactMapValues(\.self)
  }
}
