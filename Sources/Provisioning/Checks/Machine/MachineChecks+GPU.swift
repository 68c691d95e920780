extension MachineChecks {
  mutating func checkGPU() {
    let count = CheckWords.count(facts.gpus.count, "GPU")
    guard settings.hasGPU else {
      if facts.gpus.isEmpty { return findings.ok(.gpu, "none") }
      return findings.warn(
        .gpu, "it has \(count) that the cluster will not use", cure: "set has_gpu=true for it if the cluster shall")
    }
    if facts.gpus.isEmpty {
      return findings.problem(
        .gpu, "has_gpu is set, and the machine has no GPU of NVIDIA's",
        cure: "set has_gpu=false, or see that the GPU is plugged in")
    }
    if let driver = facts.nvidiaDriver {
      findings.ok(.gpu, "\(count), driver \(driver), which is kept")
    } else if facts.tools["nvidia-smi"] != nil {
      findings.ok(.gpu, "\(count), with a driver, which is kept")
    } else if !settings.installsNvidiaDriver {
      findings.problem(
        .gpu, "it has \(count) and no driver of NVIDIA's, and install_nvidia_driver is false",
        cure: "install the driver there, or set install_nvidia_driver=true")
    } else if facts.isNouveauLoaded {
      findings.warn(
        .gpu, "it has \(count), and the driver nouveau is loaded, beside which NVIDIA's does not start",
        cure: "write 'blacklist nouveau' into /etc/modprobe.d/nouveau.conf, and start the machine anew")
    } else {
      findings.ok(.gpu, "\(count), and the driver is installed")
    }
  }
}
