import Tensors
import TestSupport
import Testing

@testable import Kernels

/// Convolutions by tiles against the definition, between guard pages.
struct WinogradTests {
  private static let kernels = VectorISA.allCases.filter { $0.isSupported && $0.isGenerated }
    .flatMap { isa in
      WinogradAlgorithm.allCases.flatMap { algorithm in
        algorithm.keepings.map { forced(isa, algorithm, keepsPoints: $0) }
      }
    }

  private static func forced(
    _ isa: VectorISA, _ algorithm: WinogradAlgorithm, keepsPoints: Bool
  ) -> WinogradConvolution {
    var kernel = WinogradConvolution(isa, algorithm, keepsPoints: keepsPoints)
    kernel.isForced = true
    return kernel
  }

  /// A window of three rows and columns and stride 1, small enough for the reference.
  static func call(_ random: inout RandomNumbers) -> Call? {
    func rate(_ random: inout RandomNumbers) -> Int {
      random.below(2) == 0 ? random.integer(in: 1...3) : random.integer(in: 1...40)
    }
    let first = rate(&random)
    let rates = Size2(first, random.below(4) == 0 ? rate(&random) : first)
    func pad(_ axis: Axis, _ random: inout RandomNumbers) -> Int {
      random.below(2) == 0 ? rates[axis] : random.integer(in: 0...2 * rates[axis] + 1)
    }
    let spec = ConvolutionSpec(
      outputChannels: random.integer(in: 1...67), kernel: Size2(3), rate: rates,
      padding: random.below(8) == 0
        ? .sameTF
        : .explicit(
          Insets(
            top: pad(.height, &random), bottom: pad(.height, &random),
            left: pad(.width, &random), right: pad(.width, &random))),
      hasBias: random.below(2) == 0)
    let channels = random.integer(in: 1...67)
    let most = channels * spec.outputChannels > 600 ? 24 : 70
    guard
      let input = Shape(
        random.integer(in: 1...3), channels, random.integer(in: 1...most),
        random.integer(in: 1...most)),
      let call = try? Call.make(.convolution(spec), [input]),
      call.multiplyAdds ?? .max < 20_000_000, call.output.count < 1_000_000
    else { return nil }
    return call
  }

  static func tensors(_ call: Call, _ random: inout RandomNumbers) throws -> [Tensor] {
    try ([call.inputs[0]] + call.parameters.map(\.shape)).map { shape in
      try Tensor(shape, (0..<shape.count).map { _ in random.float(in: -1...1) })
    }
  }

  /// Y = Aᵀ [(G g) ∘ (Bᵀ d)] is the sum over taps for every g and d.
  @Test(arguments: WinogradAlgorithm.allCases)
  func theMatricesMakeConvolutions(algorithm: WinogradAlgorithm) {
    for result in 0..<algorithm.results {
      for tap in 0..<3 {
        for cell in 0..<algorithm.points {
          let sum = (0..<algorithm.points).reduce(0.0) {
            $0 + algorithm.output[result][$1] * algorithm.filter[$1][tap]
              * algorithm.input[$1][cell]
          }
          #expect(abs(sum - (cell == result + tap ? 1 : 0)) < 1e-14)
        }
      }
    }
  }

  /// 64 u times the largest sum of products that the cells of a tile allow, u = 2^-24, twice that for
  /// tiles of 6 x 6, and a relative distance of 1e-5 over the whole result.
  @Test func floatsStayWithinTheBound() throws {
    var random = RandomNumbers(seed: 11)
    var count = 0
    for index in 0..<RandomConvolution.count / 4 {
      guard let call = Self.call(&random) else { continue }
      let tensors = try Self.tensors(call, &random)
      let trial = KernelTrial(call: call, gap: index % 2 * 5, atEnd: index % 3 != 0)
      let expected = try trial.expected(tensors).result
      for kernel in Self.kernels {
        guard let result = try trial.run(kernel, tensors)?.result else {
          #expect(kernel.isa == .avx2 && kernel.algorithm == .six)
          continue
        }
        try FewerProducts.requireNear(
          result, expected, bounds: TileBounds(call, kernel, tensors).bounds,
          "\(kernel.name), case \(index): \(call)")
      }
      count += 1
    }
    #expect(count > RandomConvolution.count / 16)
  }

  /// Channels whose points have no room together are summed in runs, each going on from the last.
  @Test func manyChannelsAreSummedInRuns() throws {
    let spec = ConvolutionSpec(
      outputChannels: 80, kernel: Size2(3),
      padding: .explicit(Insets(top: 1, bottom: 1, left: 1, right: 1)), hasBias: true)
    let call = try Call.make(.convolution(spec), [#require(Shape(1, 1100, 5, 7))])
    var (random, runs) = (RandomNumbers(seed: 14), 0)
    let tensors = try Self.tensors(call, &random)
    let trial = KernelTrial(call: call)
    let expected = try trial.expected(tensors).result
    for kernel in Self.kernels {
      guard let result = try trial.run(kernel, tensors)?.result else { continue }
      try FewerProducts.requireNear(
        result, expected, bounds: TileBounds(call, kernel, tensors).bounds, kernel.name)
      let tiling = try #require(WinogradTiling(.planar(call), kernel))
      runs = max(runs, tiling.channelRuns.count)
    }
    #expect(runs > 1)
  }

  @Test func epiloguesFollow() throws {
    try FewerProducts.requireEpilogues(
      Self.kernels, seed: 12, call: Self.call, tensors: Self.tensors)
  }

  /// What reads as zero is not what lies around the map.
  @Test func whatIsNoNumberStaysInItsTile() throws {
    let spec = ConvolutionSpec(
      outputChannels: 3, kernel: Size2(3),
      padding: .explicit(Insets(top: 1, bottom: 1, left: 1, right: 1)), hasBias: false)
    let input = try #require(Shape(1, 5, 20, 20))
    let call = try Call.make(.convolution(spec), [input])
    var random = RandomNumbers(seed: 13)
    var tensors = try Self.tensors(call, &random)
    var values = tensors[0].values
    values[0] = .nan
    tensors[0] = try Tensor(input, values)
    for kernel in Self.kernels {
      guard let result = try KernelTrial(call: call).run(kernel, tensors)?.result else { continue }
      let results = kernel.algorithm.results
      for channel in 0..<3 {
        for y in 0..<20 {
          for x in 0..<20 {
            let isNear = y < results && x < results
            let value = result[(channel * 20 + y) * 20 + x]
            #expect(isNear || !value.isNaN, "\(kernel.name): \(channel), \(y), \(x)")
          }
        }
        #expect(result[channel * 400].isNaN)
      }
    }
  }

  /// Packed weights serve other sizes, of which the first may be the larger or the smaller one.
  @Test func weightsServeOtherSizes() throws {
    var random = RandomNumbers(seed: 14)
    let spec = ConvolutionSpec(
      outputChannels: 40, kernel: Size2(3), rate: Size2(2),
      padding: .explicit(Insets(top: 2, bottom: 2, left: 2, right: 2)))
    for kernel in Self.kernels {
      let calls = try [(9, 14), (30, 23)].map { height, width in
        try Call.make(.convolution(spec), [try #require(Shape(1, 20, height, width))])
      }
      let arranged = calls.map {
        KernelCall($0, inputs: [kernel.isa.layout], output: kernel.isa.layout)
      }
      guard case .accepted = kernel.accept(arranged[0]) else { continue }
      let tensors = try calls.map { try Self.tensors($0, &random) }
      let first = try kernel.prepare(arranged[0], parameters: Array(tensors[0][1...]))
      let second = try #require(kernel.adapt(first, to: arranged[1]) as? PreparedWinograd)
      let packed = try #require((first as? PreparedWinograd)?.weights.weights.storage)
      #expect(second.weights.weights.storage === packed)
      let again = try kernel.prepare(arranged[1], parameters: Array(tensors[0][1...]))
      #expect(second.stages == again.stages && second.packedBytes == again.packedBytes)
      #expect(second.weights.weights.values == (again as? PreparedWinograd)?.weights.weights.values)
    }
  }
}

/// Of every result 64 u, or 128 u, times the sum over its tile of |x| times the largest |w|, and the bias.
struct TileBounds {
  private(set) var bounds: [Double]

  subscript(place: Int) -> Double { bounds[place] }

  init(_ call: Call, _ kernel: WinogradConvolution, _ tensors: [Tensor]) throws {
    let tiling = try #require(
      WinogradTiling(.planar(call), kernel))
    let (input, output) = (call.inputs[0], call.output)
    let (x, w) = (tensors[0].values.map { Double($0.magnitude) }, tensors[1].values)
    let bias = tensors.count > 2 ? tensors[2].values : [Float](repeating: 0, count: output.c)
    let factor = (kernel.algorithm == .six ? 128 : 64) * 0x1p-24
    let taps = input.c * 9
    let largest = (0..<output.c).map { channel in
      Double(w[channel * taps..<(channel + 1) * taps].map(\.magnitude).max() ?? 0)
    }
    // Sums over channels of every cell.
    let cells = input.h * input.w
    var sums = [Double](repeating: 0, count: input.n * cells)
    for place in x.indices { sums[place / (input.c * cells) * cells + place % cells] += x[place] }
    bounds = [Double](repeating: .nan, count: output.count)
    for image in 0..<output.n {
      for row in tiling.rows.tiles {
        for column in tiling.columns.tiles {
          var sum = 0.0
          for y in row.live {
            for x in column.live {
              let (cellY, cellX) = (
                row.cell + y * tiling.rows.rate, column.cell + x * tiling.columns.rate
              )
              sum += sums[image * cells + cellY * input.w + cellX]
            }
          }
          for channel in 0..<output.c {
            let bound =
              factor * (sum * largest[channel] + Double(bias[channel].magnitude)) + 1e-30
            for y in 0..<row.count {
              for x in 0..<column.count {
                let (resultY, resultX) = (
                  row.result + y * tiling.rows.rate, column.result + x * tiling.columns.rate
                )
                bounds[((image * output.c + channel) * output.h + resultY) * output.w + resultX] =
                  bound
              }
            }
          }
        }
      }
    }
  }
}
