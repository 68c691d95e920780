import CKeeper

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Why a program could not be started in its sandbox, as one sentence with what to do about it.
struct SandboxTrouble {
  let program: KeeperProgram
  /// `muster_step`.
  let step: UInt32
  let error: Int32

  private var name: String { program.argv.first ?? "" }
  private var user: String { program.user?.name ?? "" }
  private var reason: String { FileFailure.text(error) }

  var sentence: String {
    switch step {
    case MUSTER_STEP_USER_NAMESPACE.rawValue:
      return
        "Program '\(name)' cannot be isolated: no user namespace can be made (\(reason)), which one who is not root "
        + "needs; start this as root, or set 'sandbox: none' for the kind."
    case MUSTER_STEP_CHANGE_USER.rawValue:
      return "Program '\(name)' cannot run as user '\(user)' (\(reason)); start this as root with the capabilities "
        + "CAP_SETUID, CAP_SETGID and CAP_CHOWN, or set 'sandbox: none' for the kind."
    case MUSTER_STEP_PRIVILEGES.rawValue:
      return "Program '\(name)' cannot be rid of its privileges (\(reason)); run this on Linux 3.5 or later, or set "
        + "'sandbox: none' for the kind."
    case MUSTER_STEP_REACH_DIRECTORY.rawValue:
      return
        "Program '\(name)' runs as user '\(user)', who cannot reach its directory '\(program.directory)' (\(reason)); "
        + "\(cureOfReach)."
    case MUSTER_STEP_READ_ONLY.rawValue where error == ENOSYS:
      return "Program '\(name)' cannot be isolated: this kernel cannot make a whole file system read-only; run this on "
        + "Linux 5.12 or later, or set 'sandbox: user' for the kind."
    default:
      return
        "Program '\(name)' cannot be isolated: \(what) (\(reason)); start this with the capability CAP_SYS_ADMIN (in "
        + "a container: --privileged), or set 'sandbox: user' for the kind."
    }
  }

  private var what: String {
    switch step {
    case MUSTER_STEP_PROCESS_NAMESPACE.rawValue: "no process namespace can be made"
    case MUSTER_STEP_MOUNT_NAMESPACE.rawValue: "no mount namespace can be made"
    case MUSTER_STEP_NETWORK_NAMESPACE.rawValue: "no network namespace can be made"
    case MUSTER_STEP_IPC_NAMESPACE.rawValue: "no IPC namespace can be made"
    case MUSTER_STEP_NAME_NAMESPACE.rawValue: "no namespace for the machine's name can be made"
    case MUSTER_STEP_LOOPBACK.rawValue: "its loopback network cannot be brought up"
    case MUSTER_STEP_READ_ONLY.rawValue: "the file system cannot be made read-only for it"
    case MUSTER_STEP_OWN_TMP.rawValue: "it cannot get a /tmp of its own"
    case MUSTER_STEP_HIDE.rawValue: "the folders \(program.hidden.joined(separator: ", ")) cannot be hidden from it"
    case MUSTER_STEP_OWN_DIRECTORY.rawValue: "its directory '\(program.directory)' cannot be put back in place"
    case MUSTER_STEP_PROC.rawValue: "it cannot get a /proc of its own"
    default: "step \(step) has failed"
    }
  }

  /// Names the uppermost folder that does not let others pass.
  private var cureOfReach: String {
    var path = ""
    for part in program.directory.split(separator: "/").dropLast() {
      path += "/\(part)"
      var status = stat()
      if stat(path, &status) == 0, status.st_mode & S_IXOTH == 0 {
        return "let others pass through '\(path)' (chmod o+x '\(path)'), or give a 'state' elsewhere"
      }
    }
    return "let that user pass through the folders above it, or give a 'state' elsewhere"
  }
}

extension KeeperProgram {
  /// Whether a path that is there is not to be seen by the program.
  func hides(_ path: String) -> Bool {
    guard sandbox == .isolated else { return false }
    return (["/tmp", "/var/tmp", "/dev/shm"] + hidden).contains { path.hasPrefix($0 + "/") }
  }
}
