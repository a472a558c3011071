import Tensors
import TestSupport
import Testing

@testable import Kernels

/// Convolutions by products of quarters against the definition, between guard pages.
struct StrassenTests {
  private static let kernels = VectorISA.allCases.filter { $0.isSupported && $0.isGenerated }
    .map { isa in
      var kernel = StrassenConvolution(isa)
      kernel.isForced = true
      return kernel
    }

  /// One tap at every cell, small enough for the reference.
  private static func call(_ random: inout RandomNumbers) -> Call? {
    let spec = ConvolutionSpec(
      outputChannels: random.integer(in: 1...200), kernel: Size2(1), hasBias: random.below(2) == 0)
    guard
      let input = Shape(
        random.integer(in: 1...3), random.integer(in: 9...150), random.integer(in: 1...24),
        random.integer(in: 1...24)),
      let call = try? Call.make(.convolution(spec), [input]),
      call.multiplyAdds ?? .max < 20_000_000
    else { return nil }
    return call
  }

  private static func tensors(_ call: Call, _ random: inout RandomNumbers) throws -> [Tensor] {
    try ([call.inputs[0]] + call.parameters.map(\.shape)).map { shape in
      try Tensor(shape, (0..<shape.count).map { _ in random.float(in: -1...1) })
    }
  }

  /// 32 u times what the quarters allow, u = 2^-24: the sum of |x| over both positions of a pair
  /// times the largest |w| of both halves of the output at a channel of either half, and their
  /// biases; and a relative distance of 1e-5 over the whole result.
  @Test func floatsStayWithinTheBound() throws {
    var random = RandomNumbers(seed: 21)
    var count = 0
    for index in 0..<RandomConvolution.count / 4 {
      guard let call = Self.call(&random) else { continue }
      let tensors = try Self.tensors(call, &random)
      let trial = KernelTrial(call: call, gap: index % 2 * 5, atEnd: index % 3 != 0)
      let expected = try trial.expected(tensors).result
      for kernel in Self.kernels {
        guard let result = try trial.run(kernel, tensors)?.result else { continue }
        try FewerProducts.requireNear(
          result, expected, bounds: PairBounds(call, kernel, tensors).bounds,
          "\(kernel.name), case \(index): \(call)")
        count += 1
      }
    }
    #expect(count > RandomConvolution.count / 16)
  }

  @Test func epiloguesFollow() throws {
    try FewerProducts.requireEpilogues(
      Self.kernels, seed: 22, call: Self.call, tensors: Self.tensors)
  }

  /// Small whole numbers, whose sums of quarters are whole too, are exact.
  @Test func wholeNumbersAreExact() throws {
    var random = RandomNumbers(seed: 23)
    for _ in 0..<RandomConvolution.count / 20 {
      guard let call = Self.call(&random) else { continue }
      let tensors = try ([call.inputs[0]] + call.parameters.map(\.shape)).map { shape in
        try Tensor(shape, (0..<shape.count).map { _ in Float(random.integer(in: -8...8)) })
      }
      let trial = KernelTrial(call: call)
      let expected = try trial.expected(tensors).result
      for kernel in Self.kernels {
        guard let result = try trial.run(kernel, tensors)?.result else { continue }
        #expect(result == expected, "\(kernel.name): \(call)")
      }
    }
  }

  /// Packed weights serve other sizes, of which the first may be the larger or the smaller one.
  @Test func weightsServeOtherSizes() throws {
    var random = RandomNumbers(seed: 24)
    let spec = ConvolutionSpec(outputChannels: 64, kernel: Size2(1))
    for kernel in Self.kernels {
      let calls = try [(9, 14), (30, 23)].map { height, width in
        try Call.make(.convolution(spec), [try #require(Shape(1, 40, height, width))])
      }
      let arranged = calls.map {
        KernelCall($0, inputs: [kernel.isa.layout], output: kernel.isa.layout)
      }
      guard case .accepted = kernel.accept(arranged[0]), case .accepted = kernel.accept(arranged[1])
      else {
        Issue.record("both are cut into halves")
        continue
      }
      let tensors = try calls.map { try Self.tensors($0, &random) }
      let first = try kernel.prepare(arranged[0], parameters: Array(tensors[0][1...]))
      let second = try #require(kernel.adapt(first, to: arranged[1]) as? PreparedStrassen)
      let packed = try #require((first as? PreparedStrassen)?.weights.weights.storage)
      #expect(second.weights.weights.storage === packed)
      let again = try kernel.prepare(arranged[1], parameters: Array(tensors[0][1...]))
      #expect(second.stages == again.stages && second.packedBytes == again.packedBytes)
      #expect(second.weights.weights.values == (again as? PreparedStrassen)?.weights.weights.values)
    }
  }

  /// Large products are taken, small ones left to others, and what has no halves is refused.
  @Test func theCostDecides() throws {
    let kernel = StrassenConvolution(.avx512)
    guard VectorISA.avx512.isSupported else { return }
    func accepts(_ inputs: Int, _ outputs: Int, _ side: Int, stride: Int = 1) throws -> Bool {
      let spec = ConvolutionSpec(
        outputChannels: outputs, kernel: Size2(1), stride: Size2(stride))
      let call = try Call.make(.convolution(spec), [try #require(Shape(1, inputs, side, side))])
      let offered = KernelCall(call, inputs: [kernel.isa.layout], output: kernel.isa.layout)
      if case .accepted = kernel.accept(offered) { return true }
      return false
    }
    #expect(try accepts(1024, 1536, 32))
    #expect(try accepts(1024, 2048, 65))
    #expect(try !accepts(64, 64, 128))
    #expect(try !accepts(2048, 256, 32))
    #expect(try !accepts(1024, 1536, 1))
    #expect(try !accepts(1024, 1536, 32, stride: 2))
    #expect(try !accepts(1024, 1488, 32))
  }
}

/// Of every result 32 u times what its quarters allow.
private struct PairBounds {
  private(set) var bounds: [Double]

  init(_ call: Call, _ kernel: StrassenConvolution, _ tensors: [Tensor]) throws {
    let tiling = try #require(StrassenTiling(call, kernel.isa))
    let (input, output) = (call.inputs[0], call.output)
    let (x, w) = (tensors[0].values, tensors[1].values)
    let bias = tensors.count > 2 ? tensors[2].values : [Float](repeating: 0, count: output.c)
    let (halfIn, halfOut) = (
      tiling.inputHalf * tiling.lanes, tiling.outputHalf * tiling.lanes
    )
    // The largest weight that a channel of a half meets, in a channel of a half of the output.
    func largest(_ output: Int, _ channel: Int) -> Double {
      var most: Float = 0
      for o in [output, output + halfOut] where o < call.output.c {
        for c in [channel, channel + halfIn] where c < input.c {
          most = max(most, w[o * input.c + c].magnitude)
        }
      }
      return Double(most)
    }
    let cells = input.h * input.w
    bounds = [Double](repeating: .nan, count: output.count)
    for channel in 0..<output.c {
      let base = channel % halfOut
      let weights = (0..<min(halfIn, input.c)).map { largest(base, $0) }
      let biases = [base, base + halfOut].reduce(0.0) {
        $0 + ($1 < output.c ? Double(bias[$1].magnitude) : 0)
      }
      for image in 0..<output.n {
        for band in 0..<tiling.bands {
          let pairs = tiling.pairs(of: band)
          let first = 2 * pairs.lowerBound
          for pair in 0..<pairs.count {
            let places = [first + pair, first + pairs.count + pair].filter { $0 < cells }
            var sum = biases
            for place in places {
              for c in 0..<input.c {
                let value = x[(image * input.c + c) * cells + place]
                sum += Double(value.magnitude) * weights[c % halfIn]
              }
            }
            for place in places {
              bounds[(image * output.c + channel) * cells + place] = 32 * 0x1p-24 * sum + 1e-30
            }
          }
        }
      }
    }
  }
}
