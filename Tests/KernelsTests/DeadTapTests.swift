import Tensors
import TestSupport
import Testing

@testable import Kernels

/// Taps that read padding alone are neither computed nor packed.
struct DeadTapTests {
  private static func call(
    _ kernel: Int, rate: Int, pad: Int, _ size: Int, channels: Int = 20, outputs: Int = 40
  ) throws -> Call {
    let spec = ConvolutionSpec(
      outputChannels: outputs, kernel: Size2(kernel), rate: Size2(rate),
      padding: .explicit(Insets(top: pad, bottom: pad, left: pad, right: pad)), hasBias: false)
    return try Call.make(.convolution(spec), [try #require(Shape(1, channels, size, size))])
  }

  private static func prepared(_ call: Call, _ isa: VectorISA) throws -> any PreparedKernel {
    let arranged = KernelCall(call, inputs: [isa.layout], output: isa.layout)
    return try DirectConvolution(isa).prepare(
      arranged, parameters: call.parameters.map { try Tensor(zeros: $0.shape) })
  }

  /// Floats of weights of so many taps, of 20 channels and 40 outputs, and the bias.
  private static func bytes(_ taps: Int, _ isa: VectorISA) -> Int {
    (20 * taps + 1) * ceilDivide(40, isa.lanes) * isa.lanes * 4
  }

  @Test(arguments: ConvolutionConformanceTests.isas)
  func weightsOfDeadTapsAreNotPacked(isa: VectorISA) throws {
    for (kernel, rate, pad, size, taps) in [
      // All nine, then the middle one alone at rates from the map's size on.
      (3, 8, 8, 9, 9), (3, 9, 9, 9, 1), (3, 36, 36, 33, 1), (1, 1, 0, 9, 1),
      // The inner ones of a larger window.
      (5, 6, 12, 9, 9), (7, 12, 36, 9, 1), (5, 3, 6, 7, 25),
    ] {
      let call = try Self.call(kernel, rate: rate, pad: pad, size)
      let packed = try Self.prepared(call, isa).packedBytes
      #expect(packed == Self.bytes(taps, isa), "\(call)")
    }
  }

  @Test(arguments: ConvolutionConformanceTests.isas)
  func liveTapsGiveTheSameResult(isa: VectorISA) throws {
    var random = RandomNumbers(seed: 21)
    for (kernel, rate, pad, size) in [(3, 9, 9, 9), (3, 9, 12, 8), (5, 6, 12, 9), (4, 7, 9, 6)] {
      let call = try Self.call(kernel, rate: rate, pad: pad, size)
      let tensors = try ([call.inputs[0]] + call.parameters.map(\.shape)).map { shape in
        try Tensor(shape, (0..<shape.count).map { _ in Float(random.integer(in: -8...8)) })
      }
      let trial = KernelTrial(call: call)
      let (result, expected) = try (
        trial.run(DirectConvolution(isa), tensors), trial.expected(tensors)
      )
      #expect(result == expected, "\(call)")
    }
  }

  /// What is packed serves another size only where the same taps are live.
  @Test(arguments: ConvolutionConformanceTests.isas)
  func sizesWithOtherTapsPackAnew(isa: VectorISA) throws {
    func adapts(_ first: Int, _ second: Int) throws -> Bool {
      let kernel = DirectConvolution(isa)
      let (first, second) = try (
        Self.call(3, rate: 9, pad: 9, first), Self.call(3, rate: 9, pad: 9, second)
      )
      let arranged = KernelCall(second, inputs: [isa.layout], output: isa.layout)
      return kernel.adapt(try Self.prepared(first, isa), to: arranged) != nil
    }
    #expect(try adapts(9, 7))
    #expect(try adapts(20, 12))
    #expect(try !adapts(9, 10))
    #expect(try !adapts(12, 8))
  }

  /// At rates near the map's size the direct sum has few taps left, and tiles few results.
  @Test(.enabled(if: VectorISA.avx512.isSupported))
  func theCheaperOfTilesAndLiveTapsIsChosen() throws {
    let catalogue = KernelCatalogue(.avx512)
    for (rate, size, kernel) in [
      (12, 65, "packed winograd 6x6 avx512"), (24, 65, "direct avx512"),
      (36, 65, "direct avx512"), (36, 33, "direct avx512"), (2, 32, "winograd 4x4 avx512"),
    ] {
      let call = try Self.call(3, rate: rate, pad: rate, size, channels: 2048, outputs: 256)
      let layout = VectorISA.avx512.layout
      let choice = catalogue.choose(KernelCall(call, inputs: [layout], output: layout))
      #expect(choice.kernel == kernel, "rate \(rate) at \(size): \(choice.refusals)")
    }
  }
}
