import Tensors
import TestSupport
import Testing
import X86

@testable import Kernels

/// Generated kernels touch their buffers only, and keep what the caller wants back.
struct GuardPageTests {
  @Test(arguments: ConvolutionConformanceTests.isas, [false, true])
  func nothingOutsideIsTouched(isa: VectorISA, atEnd: Bool) throws {
    var random = RandomNumbers(seed: 3)
    for index in 0..<RandomConvolution.count / 4 {
      let isTransposed = index % 3 == 0
      let configuration = RandomConvolution(&random, isTransposed: isTransposed)
      guard let call = configuration.call else { continue }
      let kernel = ConvolutionConformanceTests.kernel(isa, isTransposed)
      guard case .accepted(let demand) = kernel.accept(call) else { continue }
      let tensors = try configuration.tensors(call, &random) { Float($0.integer(in: -8...8)) }
      let prepared = try kernel.prepare(call, parameters: Array(tensors.dropFirst()))
      let input = try GuardedMemory(tensors[0].values, atEnd: atEnd)
      let work = try GuardedMemory(
        [Float](repeating: .nan, count: demand.workspaceBytes / 4), atEnd: atEnd)
      let output = try GuardedMemory(
        [Float](repeating: .nan, count: call.output.count), atEnd: atEnd)
      let shape = try #require(Shape([demand.workspaceBytes / 4]))
      // The memory lives to the end of this pass of the loop.
      unsafe prepared.run(
        inputs: [TensorView(call.inputs[0], UnsafeBufferPointer(input.buffer))],
        workspace: MutableTensorView(shape, work.buffer),
        output: MutableTensorView(call.output, output.buffer))
      try #require(output.values.allSatisfy { !$0.isNaN }, "case \(index): \(call)")
      withExtendedLifetime((input, work, output)) {}
    }
  }

  /// Registers that a callee must keep are not even named.
  @Test(arguments: VectorISA.allCases, [false, true])
  func theCallersRegistersAreKept(isa: VectorISA, isDepthwise: Bool) {
    let tile = DirectTile(
      isa: isa, isDepthwise: isDepthwise, positions: 5, blocks: isDepthwise ? 1 : 2, kernelWidth: 3,
      stride: 2, rate: 4, rowStep: 70, lastChannels: isDepthwise ? 0 : 3)
    let text = tile.code(isListed: true).text
    #expect(text.contains("vfmadd231ps") && text.hasSuffix("  vzeroupper\n  ret\n"))
    for register in GeneralRegister.calleeSaved { #expect(!text.contains("\(register)")) }
  }
}
