import IR
import Kernels
import Planning
import Runtime
import Tensors
import Testing

/// Copies the first input, and spoils its workspace; takes rows of even width only.
private struct CopyKernel: KernelImplementation {
  var name: String { "copy" }

  func accept(_ call: KernelCall) -> Acceptance {
    guard call.call.output.w % 2 == 0 else { return .refused("the width is odd") }
    return .accepted(
      KernelDemand(
        .planar(call.call), workspaceBytes: call.call.output.count * 4 + 1, needsWholeMaps: true))
  }

  func prepare(
    _ call: KernelCall, parameters: [Tensor]
  ) throws(AllocationError) -> any PreparedKernel { Prepared(count: call.call.output.count) }

  private struct Prepared: PreparedKernel {
    let count: Int

    @unsafe func run(stage: Int, part: Int, _ memory: KernelMemory) {
      guard let workspace = unsafe memory.workspace else { return }
      for index in 0..<count {
        unsafe memory.output.base[index] = memory.inputs[0].base[index]
        unsafe workspace[index] = .nan
      }
    }
  }
}

private func twoActivations() throws -> CheckedGraph {
  var network = TestNetwork()
  let image = network.input("image", channels: 2)
  let relu = try network.add("relu", .relu, [image])
  network.output("y", try network.add("relu", .relu, [relu]))
  return try #require(network.checked)
}

@Test func everyFamilyEndsWithItsReference() {
  for family in KernelFamily.allCases {
    let names = KernelCatalogue.standard.implementations(of: family).map(\.name)
    #expect(names.last == "reference")
    #expect(Set(names).count == names.count)
  }
}

@Test func refusalsAreKept() throws {
  let catalogue = KernelCatalogue.definitions.preferring(CopyKernel(), for: .pointwise)
  let plan = try plan(try twoActivations(), at: Sizes(height: 3, width: 5), kernels: catalogue)
  let refusal = KernelChoice.Refusal(kernel: "copy", reason: "the width is odd")
  #expect(plan.steps.map(\.choice.kernel) == ["reference", "reference"])
  #expect(plan.steps.allSatisfy { $0.choice.refusals.first == refusal })
}

@Test func workspacesLieApartFromWhatIsAlive() throws {
  let catalogue = KernelCatalogue.definitions.preferring(CopyKernel(), for: .pointwise)
  let plan = try plan(try twoActivations(), at: Sizes(height: 3, width: 4), kernels: catalogue)
  #expect(plan.steps.map(\.choice.kernel) == ["copy", "copy"])
  #expect(plan.steps.allSatisfy { $0.workspace != nil })
  #expect(plan.faults() == [])
  #expect(plan.description.contains("workspace"))
  let input = try randomInput(name: "image", shape: plan.inputs[0].shape, seed: 3)
  let result = try Executable(plan, weights: [], catalogue: catalogue).run([input])
  #expect(isSame(result[0], input))
}

/// Copies the first input by way of its thread's scratch, a row a part.
private struct ScratchKernel: KernelImplementation {
  var name: String { "scratch" }

  func accept(_ call: KernelCall) -> Acceptance {
    .accepted(
      KernelDemand(
        .planar(call.call), scratchBytes: call.call.output.w * 4, needsWholeMaps: true))
  }

  func prepare(
    _ call: KernelCall, parameters: [Tensor]
  ) throws(AllocationError) -> any PreparedKernel {
    Prepared(rows: call.call.output.c * call.call.output.h, width: call.call.output.w)
  }

  private struct Prepared: PreparedKernel {
    let rows: Int
    let width: Int
    var stages: [Int] { [rows] }

    @unsafe func run(stage: Int, part: Int, _ memory: KernelMemory) {
      guard let scratch = unsafe memory.scratch else { return }
      // Again and again, so that threads that shared it would meet.
      for _ in 0..<20 {
        for x in 0..<width { unsafe scratch[x] = memory.inputs[0].base[part * width + x] }
        for x in 0..<width { unsafe memory.output.base[part * width + x] = scratch[x] }
      }
    }
  }
}

@Test(arguments: 1...4) func everyThreadHasItsScratch(threads: Int) throws {
  let catalogue = KernelCatalogue.definitions.preferring(ScratchKernel(), for: .pointwise)
  let plan = try plan(try twoActivations(), at: Sizes(height: 64, width: 2000), kernels: catalogue)
  #expect(plan.memory.scratch == 8000)
  #expect(plan.description.contains("scratch of a thread"))
  let executable = try Executable(plan, weights: [], catalogue: catalogue)
  var memory = try executable.makeMemory(threads: threads)
  let input = try randomInput(name: "image", shape: plan.inputs[0].shape, seed: 4)
  for _ in 0..<3 {
    memory.fill(.nan)
    #expect(isSame(try executable.run([input], in: &memory)[0], input))
  }
}
