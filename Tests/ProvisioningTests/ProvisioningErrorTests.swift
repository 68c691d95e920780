import Provisioning
import Testing

@Suite("What is wrong with machines")
struct ProvisioningErrorTests {
  @Test("an error reads as its sentence")
  func sentence() {
    let error = ProvisioningError(.unfit, "three machines have too little memory")
    #expect("\(error)" == "three machines have too little memory")
    #expect(error.codeName == "machines_unfit")
  }
}
