import Tensors
import TestSupport
import Testing

@testable import Kernels

/// A depthwise and a pointwise convolution by bands against one after the other, bit for bit, between
/// guard pages.
struct ConvolutionPairTests {
  static let kernels = VectorISA.allCases.filter(\.isSupported).map { DirectConvolution($0) }

  @Test(arguments: kernels)
  func pairsEqualTheirSteps(kernel: DirectConvolution) throws {
    try expectPairs(kernel, seed: 21)
  }

  @Test(.enabled(if: Precision.bf16.refusal(.avx512) == nil))
  func pairsOfBFloat16EqualTheirSteps() throws {
    try expectPairs(DirectConvolution(.avx512, precision: .bf16), seed: 22)
  }

  @Test func othersAreRefused() throws {
    let kernel = Self.forced(DirectConvolution(.portable))
    let map = try #require(Shape(1, 16, 20, 20))
    func convolution(_ spec: ConvolutionSpec, _ input: Shape) throws -> Call {
      try Call.make(.convolution(spec), [input])
    }
    let same = Padding.explicit(Insets(1))
    let depthwise = try convolution(
      ConvolutionSpec(
        outputChannels: 16, kernel: Size2(3), padding: same, groups: 16, hasBias: false), map)
    let dense = try convolution(
      ConvolutionSpec(outputChannels: 16, kernel: Size2(3), padding: same, hasBias: false), map)
    let point = try convolution(
      ConvolutionSpec(outputChannels: 8, kernel: Size2(1), hasBias: false), map)
    func answer(_ kernel: DirectConvolution, _ first: Call, _ second: Call) -> Acceptance {
      let leading = LeadingCall(first, epilogue: .none)
      return kernel.accept(
        KernelCall(second, after: leading, inputs: [.blocked(8)], output: .blocked(8)))
    }
    guard case .accepted(let demand) = answer(kernel, depthwise, point) else {
      Issue.record("a pair")
      return
    }
    #expect(demand.scratchBytes > 0 && demand.scratchBytes < 16 * 20 * 20 * 4)
    #expect(
      answer(kernel, dense, point) == .refused("only depthwise convolutions are made by bands"))
    #expect(
      answer(kernel, depthwise, dense) == .refused("it reads more than one cell at a position"))
    #expect(
      answer(DirectConvolution(.portable), depthwise, point)
        == .refused("the map between them stays in the cache"))
  }

  /// Bands of few rows on maps of any size.
  private static func forced(_ kernel: DirectConvolution) -> DirectConvolution {
    var kernel = kernel
    kernel.pairs = PairLimits(
      fewestBytes: 0, bandBytes: 4 << 10, mostWeights: .max, fewestPositions: 1)
    return kernel
  }

  private func expectPairs(_ plain: DirectConvolution, seed: UInt64) throws {
    let kernel = Self.forced(plain)
    let narrow = plain.precision.layout(plain.isa)
    var random = RandomNumbers(seed: seed)
    var (count, banded) = (0, 0)
    for index in 0..<RandomConvolution.count / 4 {
      let channels = random.integer(in: 2...70)
      let kernelSize = random.integer(in: 1...5)
      let rate = random.integer(in: 1...4)
      let input = try #require(
        Shape(
          random.integer(in: 1...2), channels, random.integer(in: 1...24),
          random.integer(in: 1...24)))
      let depthwise = RandomConvolution(
        ConvolutionSpec(
          outputChannels: channels, kernel: Size2(kernelSize),
          stride: Size2(random.integer(in: 1...2)), rate: Size2(rate),
          padding: .explicit(Insets(rate * (kernelSize - 1) / 2)), groups: channels,
          hasBias: random.below(2) == 0), input)
      guard let first = depthwise.call else { continue }
      let pointwise = RandomConvolution(
        ConvolutionSpec(
          outputChannels: random.integer(in: 1...90), kernel: .one,
          hasBias: random.below(2) == 0), first.output)
      let second = try #require(pointwise.call)
      let before = Self.activation(index)
      // Portable code takes no epilogue into its tiles.
      let (after, others, last) =
        index % 4 == 3 ? (.none, [], []) : try pointwise.epilogue(of: second, &random)
      let (tensors, weights) = (
        try depthwise.tensors(first, &random) { $0.float(in: -1...1) },
        try pointwise.tensors(second, &random) { $0.float(in: -1...1) }
      )
      var alone = KernelTrial(call: first, epilogue: before, layout: narrow, wanted: narrow)
      alone.atEnd = index % 2 == 0
      let middle = try #require(try alone.run(plain, tensors)).result
      let layouts = [Layout](repeating: narrow, count: 1 + after.inputs.count)
      var trial = KernelTrial(
        call: second, epilogue: after, wanted: index % 3 == 0 ? narrow.wide : narrow,
        layouts: layouts, gap: index % 2 * 5, atEnd: index % 3 != 0)
      let own = Array(weights.dropFirst())
      let expected = try #require(
        try trial.run(plain, [try Tensor(first.output, middle)] + others + own + last))
      trial.leading = LeadingCall(first, epilogue: before)
      guard
        let result = try trial.run(
          kernel, [tensors[0]] + others + tensors.dropFirst() + own + last)
      else { continue }
      try #require(result == expected, "case \(index): \(first), then \(second)")
      count += 1
      if first.output.h * first.output.w * channels > 2048 { banded += 1 }
    }
    #expect(count > RandomConvolution.count / 32 && banded > count / 4)
  }

  private static func activation(_ index: Int) -> Epilogue {
    var epilogue = Epilogue.none
    if index % 2 == 0 { epilogue.stages = [.maximum(.input(0), .constant(0))] }
    return epilogue
  }
}
