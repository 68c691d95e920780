import Kubernetes
import Testing

@testable import WorkerDeployment

@Suite struct ResourcesTests {
  @Test("GPUs are requested and limited alike, and a device's request is its limit")
  func devices() throws {
    let gpus = try Wanted.resolve(flags: ["gpus": "1"]).values
    #expect(gpus.requests == ["nvidia.com/gpu": Quantity(1)])
    #expect(gpus.limits == gpus.requests)
    let device = try Wanted.resolve(flags: ["requests.fpga.example/x": "2"]).values
    #expect(device.limits == ["fpga.example/x": Quantity(2)])
    #expect(try Wanted.resolve(flags: ["gpus": "0"]).values.limits == [:])
  }

  @Test(
    "Amounts that a kubelet would not take are refused",
    arguments: [
      (["requests.cpu": "4", "limits.cpu": "2"], "flag --request: cpu: 4 is over its limit, 2"),
      (
        ["requests.a.example/b": "1", "limits.a.example/b": "2"],
        "flag --request: a.example/b: 1 is not its limit, 2, and of such a resource both are the same"
      ),
      (
        ["limits.a.example/b": "500m"],
        "flag --limit: a.example/b: '500m' is no whole number, and such a resource has no parts"
      ),
      (["requests.cpu": "-1"], "flag --request: '-1' is below zero"),
      (["requests.gpu": "1"], "flag --request: gpu: there is no such resource; did you mean 'cpu'?"),
      (
        ["gpus": "1", "limits.nvidia.com/gpu": "1"],
        "flag --gpus: 'nvidia.com/gpu' stands under requests or limits too; say it once"
      ),
      (["gpus": "1025"], "flag --gpus: '1025' is not a whole number from 0 to 1024"),
      (["gpuResource": "gpu"], "flag --gpu-resource: 'gpu' is no resource of a device; write it as nvidia.com/gpu"),
      (
        ["scratch": "20GB"],
        "flag --scratch: '20GB' is not a quantity: there is no unit 'GB'; write for example 500m, 2, 1.5Gi or 1e3"
      ),
      (["grace": "0"], "flag --grace: '0' is out of range: give whole seconds from 1s to 7d"),
      (["grace": "1500ms"], "flag --grace: '1500ms' is out of range: give whole seconds from 1s to 7d"),
    ])
  func refused(flags: [String: String], sentence: String) { #expect(Wanted.problems(flags: flags) == [sentence]) }

  @Test(
    "Labels of nodes and taints are keys with values",
    arguments: [
      (
        ["nodeLabel": "fluidexnode/computation"],
        "flag --node-label: 'fluidexnode/computation' is no key with a value; write it as fluidexnode=computation"
      ),
      (
        ["taint": "dedicated=computation:NoSchedule"],
        "flag --taint: 'dedicated=computation:NoSchedule' has an effect, and every effect is meant; write the part before the ':'"
      ),
      (["taint": "=a"], "flag --taint: '' is no key: it has no name"),
      (["nodeLabel": "a="], "flag --node-label: '' cannot be the value of a label: it is empty"),
      (
        ["priorityClass": "A"],
        "flag --priority-class: 'A' is no name: only lower-case letters, digits, '-' and '.' may stand in it"
      ),
    ])
  func labels(flags: [String: String], sentence: String) { #expect(Wanted.problems(flags: flags) == [sentence]) }
}
