import MusterCore

extension MachineFacts {
  /// What an answer of ``FactsScript`` says.
  ///
  /// - Parameter machine: the name for messages.
  /// - Throws: ``ProvisioningError`` (`badAnswer`) if it is no such answer, is cut, or holds what cannot be.
  public init(answer: [UInt8], of machine: String) throws(ProvisioningError) {
    do {
      try self.init(FactsRecords(answer))
    } catch {
      throw ProvisioningError(
        .badAnswer,
        "machine '\(machine)' was asked for its facts and answered something that cannot be used: \(error.reason); see that "
          + "/bin/sh, awk and stat work there as root and print nothing of their own")
    }
  }

  init(_ records: FactsRecords) throws(FactsFault) {
    let seconds = try FactsNumber.decimal(records.required("clock"), in: 0...(1 << 40), "time")
    guard let system = records.all("system").first else { throw FactsFault("'system' is missing") }
    let kilobytes = try FactsNumber.decimal(records.required("memory"), "size of memory")
    self.init(
      userID: try FactsNumber.decimal(records.required("user"), in: 0...(1 << 32), "user"),
      clock: Timestamp(milliseconds: Int64(seconds) * 1000),
      architecture: try records.required("architecture"),
      kernel: try records.required("kernel"),
      hostName: try records.required("host"),
      machineID: try records.required("machine"),
      bootID: try records.required("boot"),
      system: SystemRelease(
        id: system[0], version: system[1], like: system[2].split(separator: " ").map(String.init), name: system[3],
        codename: records.text("codename") ?? ""),
      cores: try FactsNumber.decimal(records.required("cores"), in: 1...100_000, "number of cores"),
      memory: try FactsNumber.product(kilobytes, 1024, "memory"),
      hasModuleFolder: records.text("modules") == "yes",
      seLinux: try Self.seLinux(records))
    try readHardware(records)
    try readNetwork(records)
    try readKernel(records)
    try readSoftware(records)
  }

  private static func seLinux(_ records: FactsRecords) throws(FactsFault) -> SELinuxFacts {
    guard let fields = records.all("selinux").first, let mode = SELinuxFacts.Mode(rawValue: fields[0]) else {
      throw FactsFault("SELinux is in no mode that there is")
    }
    return SELinuxFacts(mode: mode, hasPolicy: fields[1] == "yes")
  }

  private mutating func readHardware(_ records: FactsRecords) throws(FactsFault) {
    for fields in records.all("swap") {
      let size = try FactsNumber.product(FactsNumber.decimal(fields[1], "size of swap"), 1024, "swap")
      swaps.append(SwapArea(device: fields[0], size: size))
    }
    for fields in records.all("disk") {
      let block = try FactsNumber.decimal(fields[4], "size of a block")
      let files = try FactsNumber.decimal(fields[7], "number of files")
      let freeFiles = try FactsNumber.decimal(fields[8], "number of files")
      disks.append(
        DiskFacts(
          path: fields[0], mount: fields[1], type: fields[2], isReadOnly: fields[3].hasPrefix("r"),
          isNoExec: fields[3].hasSuffix("x"),
          size: try FactsNumber.product(block, FactsNumber.decimal(fields[5], "size of a disk"), "disk"),
          free: try FactsNumber.product(block, FactsNumber.decimal(fields[6], "free space"), "disk"),
          freeFiles: files == 0 ? nil : freeFiles))
    }
    gpus = records.all("gpu").map { GPUDevice(place: $0[0], device: $0[1]) }
    nvidiaDriver = records.text("nvidia")
    isNouveauLoaded = records.text("nouveau") == "loaded"
  }

  private mutating func readSoftware(_ records: FactsRecords) throws(FactsFault) {
    if let version = records.text("systemd") { systemdVersion = Int(version.prefix { $0.isNumber }) ?? 0 }
    for fields in records.all("unit") { units[fields[0]] = fields[1] }
    if let wsl = records.text("wsl") { self.wsl = try FactsNumber.decimal(wsl, in: 1...2, "version of WSL") }
    container = records.text("container")
    for fields in records.all("tool") { tools[fields[0]] = fields[1] }
    sshClient = records.text("ssh")
    kubernetes = records.all("kubernetes").map { KubernetesSign(kind: $0[0], path: $0[1]) }
    uninstallers = records.all("uninstaller").map { $0[0] }
    hasMusterRecord = records.text("record") == "yes"
    for fields in records.all("lock") {
      // A holder in another container has no number that means anything here.
      let process = try? FactsNumber.decimal(fields[1], in: 0...(1 << 32), "process")
      packageLocks.append(PackageLock(path: fields[0], processID: process ?? 0, processName: fields[2]))
    }
    isPackageWorkInterrupted = records.text("interrupted") != nil
    hasAppArmor = records.text("apparmor") == "on"
  }
}
