import IR
import Kernels
import Planning
import Runtime
import Tensors
import Testing

/// A depthwise convolution that is computed band by band within the next one gives the same bits as
/// one that is stored, on any number of threads and at another size with the same packed weights.
@Test(arguments: 1...3)
func depthwisePairsChangeNoBit(threads: Int) throws {
  var network = TestNetwork()
  let image = network.input("image", channels: 3)
  let wide = try network.add("conv", .conv(48, kernel: 1), [image], path: "expand")
  let depthwise = try network.add(
    "conv",
    .convolution(
      ConvolutionSpec(
        outputChannels: 48, kernel: Size2(3), rate: Size2(2), padding: .explicit(Insets(2)),
        groups: 48, hasBias: false)), [wide], path: "depthwise")
  let normalized = try network.add("bn", .normalization, [depthwise])
  let active = try network.add("relu", .relu, [normalized])
  let narrow = try network.add("conv", .conv(20, kernel: 1), [active], path: "project")
  let other = try network.add("conv", .conv(20, kernel: 1), [image], path: "other")
  network.output("y", try network.add("add", .sum, [narrow, other]))
  let checked = try #require(network.checked)
  let weights = try randomWeights(network.graph.parameters, seed: 1)

  var last: Executable?
  for sizes in [Sizes(height: 130, width: 150, batch: 2), Sizes(height: 171, width: 140)] {
    let input = try randomInput(
      name: "image", shape: try #require(Shape(sizes.batch, 3, sizes.height, sizes.width)), seed: 1)
    let paired = try plan(checked, at: sizes)
    // A value that is asked for is stored.
    let stored = try plan(checked, at: sizes, taps: [active])
    #expect(paired.faults() == [] && stored.faults() == [])
    #expect(paired.steps.map { $0.before.map(\.path) }.contains(["depthwise", "", ""]))
    #expect(stored.steps.allSatisfy { $0.before.isEmpty })
    #expect(paired.multiplyAdds == stored.multiplyAdds)
    #expect(paired.memory.arena < stored.memory.arena)
    let executable = try Executable(paired, reusing: last) { (index) throws(RunError) in
      weights[index]
    }
    #expect(last == nil || executable.repackedBytes == 0)
    let expected = try Executable(stored, weights: weights).run([input])[0]
    var memory = try executable.makeMemory(threads: threads)
    for _ in 0..<2 {
      memory.fill(.signalingNaN)
      let result = try executable.run([input], in: &memory)[0]
      #expect(isSame(result, expected))
    }
    last = executable
  }
}
