import RemoteHosts

/// The script that does a deed on a machine.
///
/// Each notes in the record what was there before, and syncs it to the disk, before it changes anything; and each can run again after it was
/// cut anywhere. What a script needs of the bundle or of content comes on its standard input.
public enum DeedScript {
  /// The script for a deed, which reads ``contents(of:)`` from its input.
  public static func script(_ deed: MachineDeed) -> RemoteScript {
    RemoteScript(purpose(deed), prelude + text(deed) + "exit 0\n", limit: limit(deed), mostOutput: 1 << 20)
  }

  /// What a deed's script reads from its input, one after the other, each as long as its size says.
  public static func contents(of deed: MachineDeed) -> [WantedFile.Content] {
    switch deed {
    case .put(let file, _): [file.content]
    case .install(let packages, _): packages.map { .artifact($0.artifact) }
    default: []
    }
  }

  static func purpose(_ deed: MachineDeed) -> String {
    switch deed {
    case .openRecord: "begins its record"
    case .makeFolders: "makes folders"
    case .put(let file, _): "puts \(file.path) in place"
    case .setMode(let file): "gives \(file.path) its mode"
    case .link(let link): "links \(link.path)"
    case .install: "installs packages"
    case .installOwn: "installs packages from its own sources"
    case .mendPackages: "finishes an installation that was cut"
    case .rememberSources: "notes which sources were tried"
    case .loadModule(let name): "loads the kernel module \(name)"
    case .setSysctl(let name, _): "sets \(name)"
    case .reloadUnits: "makes systemd read its files again"
    case .enable(let unit): "enables \(unit)"
    case .start(let unit): "starts \(unit.name)"
    case .restart(let unit): "restarts \(unit.name)"
    case .awaitRunning(let unit): "waits until \(unit.name) runs"
    case .mark(let node, _, _): "marks the node \(node)"
    case .retire(let unit): "stops and disables \(unit)"
    case .undo(let change): "undoes '\(change.text)'"
    case .removePackages: "removes packages"
    case .removeTraces: "removes what k3s has made"
    case .forgetNode(let node): "takes the node \(node) out of the cluster"
    case .closeRecord: "removes \(MachinePlaces.muster)"
    }
  }

  static func limit(_ deed: MachineDeed) -> Duration {
    switch deed {
    case .put, .install, .installOwn: .seconds(3600)
    case .awaitRunning, .removePackages, .mendPackages, .retire, .removeTraces: .seconds(900)
    default: .seconds(120)
    }
  }

  static func text(_ deed: MachineDeed) -> String {
    switch deed {
    case .openRecord: openRecord
    case .makeFolders(let folders): folders.map { "folder \(octal($0.mode)) \($0.path)\n" }.joined()
    case .put(let file, let forgets): forget(forgets) + put(file)
    case .setMode(let file): "keep \(file.path)\nchmod \(octal(file.mode)) \(file.path)\nchown 0:0 \(file.path)\n"
    case .link(let link): self.link(link)
    case .install(let packages, let forgets):
      forget(forgets) + PackageScript.alone(BundlePackagesScript.text(packages))
    case .installOwn(let packages, let forgets): forget(forgets) + PackageScript.alone(OwnPackagesScript.text(packages))
    case .mendPackages(let names): PackageScript.alone(PackageScript.prelude(.apt) + PackageScript.finish(names))
    case .rememberSources(let mark):
      "echo '\(mark)' >\(MachinePlaces.tried).new\nsafe \(MachinePlaces.tried).new\nmv -f \(MachinePlaces.tried).new \(MachinePlaces.tried)\n"
    case .loadModule(let name): "[ -d /sys/module/\(name) ] || note 'module \(name)'\nmodprobe \(name)\n"
    case .setSysctl(let name, let value): setSysctl(name, value)
    case .reloadUnits: "systemctl daemon-reload\n"
    case .enable(let unit): enable(unit)
    case .start(let unit): start(unit, "start")
    case .restart(let unit): start(unit, "restart")
    case .awaitRunning(let unit): awaitRunning(unit)
    case .mark(let node, let give, let take): mark(node, give, take)
    case .retire(let unit):
      "systemctl -q disable \(unit) 2>/dev/null || :\nsystemctl stop \(unit) 2>/dev/null || :\n"
        + "systemctl reset-failed \(unit) 2>/dev/null || :\nrm -f \(MachinePlaces.started)/\(unit)\n"
    case .undo(let change): undo(change)
    case .removePackages(let names): PackageScript.remove(names)
    case .removeTraces(let places): RemovalScript.text(places)
    case .forgetNode(let node):
      "\(MachinePlaces.binary) kubectl delete node \(node) --ignore-not-found --timeout=60s </dev/null\n"
    case .closeRecord: "sync\nrm -rf \(MachinePlaces.muster) \(PackageScript.place)\n"
    }
  }

  static func octal(_ mode: Int) -> String { "0" + String(mode, radix: 8) }
}
