import ArgumentParser

/// What `muster up` and `muster coordinator run` both take: each beats the environment and the file.
struct ServiceOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("Folder of the embedded store. Default: .muster.", valueName: "dir"), completion: .directory)
  var state: String?

  @Option(help: ArgumentHelp("Where to listen for workers and clients.", valueName: "host:port"))
  var listen: String?

  @Option(help: ArgumentHelp("Where to serve HTTP; 'none' does not.", valueName: "host:port"))
  var http: String?
}
