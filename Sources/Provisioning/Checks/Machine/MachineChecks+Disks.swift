extension MachineChecks {
  mutating func checkDisks() {
    var told: Set<String> = []
    for disk in facts.disks where disk.isReadOnly && told.insert(disk.mount).inserted {
      findings.problem(
        .disk, "\(disk.path) is on a disk that can only be read (\(disk.mount))",
        cure: "see with 'dmesg' whether the disk has errors, then 'mount -o remount,rw \(disk.mount)'")
    }
    let programs = facts.disks.filter { $0.isNoExec && ["/usr/local/bin", "/var/lib/rancher"].contains($0.path) }
    for disk in programs {
      findings.problem(
        .disk, "programs in \(disk.path) may not be run, as \(disk.mount) is mounted with noexec",
        cure: "mount \(disk.mount) without noexec")
    }
    guard let disk = facts.disks.first(where: { $0.path == "/var/lib/rancher" }) ?? facts.disks.first else {
      return findings.warn(.disk, "the disks cannot be read", cure: "see that 'stat -f /' works there")
    }
    let free = CheckWords.size(disk.free)
    // Artifacts are there twice while they are unpacked.
    let brought = (input.bundle?.bytes[machine.name] ?? 0).multipliedReportingOverflow(by: 2)
    let need =
      hasOwnCluster
      ? Minimums.spareDiskLater : Minimums.spareDisk + (brought.overflow ? 1 << 60 : min(brought.partialValue, 1 << 60))
    if disk.free < need {
      findings.problem(
        .disk, "\(disk.mount), where \(disk.path) is, has \(free) free, and \(CheckWords.size(need)) are needed",
        cure: "make room there, or mount a larger disk at /var/lib/rancher")
    } else if let files = disk.freeFiles, files < Minimums.freeFiles {
      findings.problem(
        .disk, "\(disk.mount) can have only \(files) more files (inodes)",
        cure: "delete files there, or make it anew with more")
    } else if disk.size < Minimums.guideDisk {
      findings.warn(
        .disk,
        "\(disk.mount), where \(disk.path) is, has \(CheckWords.size(disk.size)), less than the 10 GB that are advised",
        cure: "mount a larger disk at /var/lib/rancher")
    } else if disk.free < disk.size / 20 {
      findings.warn(
        .disk, "\(disk.mount) has \(free) free, less than 5 %, at which pods are sent away", cure: "make room there")
    } else {
      findings.okUnlessFound(.disk, "\(free) free of \(CheckWords.size(disk.size)) at \(disk.mount)")
    }
  }
}
