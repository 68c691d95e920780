/// What is done on a machine. Each can be done again after a crash at any point, and then ends the same.
public enum MachineDeed: Sendable, Equatable {
  /// Makes the record, and notes in it which places of k3s's own are not there.
  case openRecord
  case makeFolders([WantedDirectory])
  /// Puts a file in place whole. What was there before is kept, once. Before that, what the named services were started with is
  /// forgotten, so that a run that is cut in between still restarts them.
  case put(WantedFile, forgets: [String])
  /// Gives a file its mode, and root as its owner.
  case setMode(WantedFile)
  case link(WantedLink)
  /// Installs packages together, from the bundle.
  case install([WantedPackage], forgets: [String])
  /// Installs packages together, with what they need, from the machine's own sources.
  case installOwn(OwnPackages, forgets: [String])
  /// Finishes an installation by dpkg that was cut.
  case mendPackages([String])
  /// Notes that what is only wished for cannot be had from the sources as they are, so that they are not tried at every run.
  case rememberSources(String)
  case loadModule(String)
  case setSysctl(String, String)
  /// Makes systemd read its files again.
  case reloadUnits
  case enable(String)
  /// Starts a service without waiting for it, and notes what it was started with.
  case start(WantedUnit)
  case restart(WantedUnit)
  /// Waits until a service runs and, on a server, the cluster answers there.
  case awaitRunning(WantedUnit)
  /// On a server: gives a node labels and taints, and takes others away, which are of Muster's making.
  case mark(node: String, give: [NodeMark], take: [NodeMark])
  /// Stops a service, and takes it out of what starts at boot.
  case retire(String)
  /// Puts back what was there before, and takes the line out of the record.
  case undo(RecordedChange)
  /// Purges packages that Muster has brought, together, and takes them out of the record.
  case removePackages([String])
  /// Ends what k3s has started, and removes what it has made: mounts, networks, firewall rules, and those of its places that were not
  /// there before.
  case removeTraces([String])
  /// On a server that stays: takes a node out of the cluster.
  case forgetNode(String)
  /// Removes all that Muster keeps on the machine. The last thing of a reset.
  case closeRecord
}

extension MachineDeed {
  /// Of which sort it is, for programs.
  public var kind: String {
    switch self {
    case .openRecord: "open-record"
    case .makeFolders: "make-folders"
    case .put: "put"
    case .setMode: "set-mode"
    case .link: "link"
    case .install: "install"
    case .installOwn: "install-own"
    case .mendPackages: "mend-packages"
    case .rememberSources: "remember-sources"
    case .loadModule: "load-module"
    case .setSysctl: "set-sysctl"
    case .reloadUnits: "reload-units"
    case .enable: "enable"
    case .start: "start"
    case .restart: "restart"
    case .awaitRunning: "await-running"
    case .mark: "mark"
    case .retire: "retire"
    case .undo: "undo"
    case .removePackages: "remove-packages"
    case .removeTraces: "remove-traces"
    case .forgetNode: "forget-node"
    case .closeRecord: "close-record"
    }
  }
}
