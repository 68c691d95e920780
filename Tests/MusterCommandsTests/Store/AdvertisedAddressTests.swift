import Settings
import Testing

@testable import MusterCommands

@Suite struct AdvertisedAddressTests {
  @Test(arguments: [
    (["listen": "10.0.0.1:50055"], "10.0.0.1:50055"), (["listen": "0.0.0.0:50055"], "here:50055"),
    (["listen": "[::]:50055"], "here:50055"), ([:], "127.0.0.1:50055"), (["listen": "127.0.0.1:0"], ""),
    // Others do not reach a loopback address, and not by the original's protocol.
    (["listen": "127.0.0.1:1,10.0.0.1:2/original,10.0.0.1:3"], "10.0.0.1:3"),
    (["listen": "0.0.0.0:50055", "advertise": "c1.example:6000"], "c1.example:6000"),
  ])
  func isWhatOthersReach(flags: [String: String], address: String) throws {
    let settings = try CoordinatorSettings.load(
      // Where TLS is not wanted: what is advertised is the same.
      SettingsInput(flags: flags.merging(["insecure": "true"]) { $1 }, environment: [:], folder: "/nowhere", cores: 1))
    #expect(AdvertisedAddress.of(settings, host: "here") == address)
  }
}
