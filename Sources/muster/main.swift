import CKeeper
import MusterCommands

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

// A worker starts this same program as the keeper of its executors: before anything else runs, and without Swift's runtime
// having started a thread.
if CommandLine.argc > 1, CommandLine.arguments[1] == "--keeper" {
  exit(muster_keeper_main(CommandLine.argc, CommandLine.unsafeArgv))
}
let status = await Program.run(Array(CommandLine.arguments.dropFirst()))
// Not exit(): it takes libraries apart while threads of theirs may still run, the last of a closed connection, say.
fflush(nil)
_exit(status)
