import ArgumentParser

/// How machines are changed.
struct ClusterRunOptions: ParsableArguments {
  @Flag(help: "Print what would be done, and do nothing.") var dryRun = false

  @Flag(help: "Take the lock of a machine away from another run, and stop that run there.") var breakLock = false
}
