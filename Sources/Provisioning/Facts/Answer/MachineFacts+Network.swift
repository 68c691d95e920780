import MusterCore

extension MachineFacts {
  mutating func readNetwork(_ records: FactsRecords) throws(FactsFault) {
    var addresses: [String: [InterfaceAddress]] = [:]
    for fields in records.all("address") { addresses[fields[0], default: []].append(try Self.address(fields)) }
    interfaces = records.all("interface").map {
      NetworkInterface(name: $0[0], state: $0[1], hardwareAddress: $0[2], addresses: addresses[$0[0]] ?? [])
    }
    for fields in records.all("route") { defaultRoutes.append(try Self.route(fields)) }
    var processes: [String: PortProcess] = [:]
    for fields in records.all("owner") {
      processes[fields[0]] = PortProcess(
        id: try FactsNumber.decimal(fields[1], in: 0...(1 << 32), "process"), name: fields[2], unit: fields[3])
    }
    for fields in records.all("listen") {
      guard let transport = ClusterPort.Transport(rawValue: fields[0]) else {
        throw FactsFault("'\(fields[0])' is no protocol with ports")
      }
      let port = ClusterPort(try FactsNumber.decimal(fields[2], in: 0...65535, "port"), transport)
      listeners.append(
        PortListener(port: port, address: try FactsNumber.tableAddress(fields[1]), process: processes[fields[3]]))
    }
  }

  private static func address(_ fields: [String]) throws(FactsFault) -> InterfaceAddress {
    let parts = fields[1].split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard let bytes = AddressBytes.of(parts[0]) else { throw FactsFault("'\(fields[1])' is no address") }
    // The end of a tunnel may have an address without a length: it is alone in its network.
    let length =
      try parts.count == 2
      ? FactsNumber.decimal(parts[1], in: 0...(bytes.count * 8), "length of a network") : bytes.count * 8
    return InterfaceAddress(address: parts[0], prefixLength: length, scope: fields[2])
  }

  private static func route(_ fields: [String]) throws(FactsFault) -> DefaultRoute {
    let isIPv6 = fields[0] == "6"
    guard let metric = Int(fields[2], radix: isIPv6 ? 16 : 10), metric >= 0 else {
      throw FactsFault("'\(fields[2])' is no metric of a route")
    }
    return DefaultRoute(isIPv6: isIPv6, interface: fields[1], metric: metric)
  }

  mutating func readKernel(_ records: FactsRecords) throws(FactsFault) {
    if let fields = records.all("cgroup").first {
      cgroups = CgroupFacts(
        version: try FactsNumber.decimal(fields[0], in: 1...2, "version of cgroups"),
        controllers: Set(fields[1].split(separator: " ").map(String.init)))
    }
    for fields in records.all("module") {
      guard let state = KernelModuleState(rawValue: fields[1]) else {
        throw FactsFault("'\(fields[1])' is no state of a kernel module")
      }
      modules[fields[0]] = state
    }
    isUFWEnabled = records.text("firewall") == "ufw"
  }
}
