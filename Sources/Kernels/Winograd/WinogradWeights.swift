import Tensors

/// Transformed weights, G g Gᵀ, in the order in which the products read them, and the bias.
struct WinogradWeights: Sendable {
  /// `[point][pass][channel][block of the pass][lane]`, zero in lanes without a channel.
  let weights: Tensor
  /// A vector a block of output.
  let bias: Tensor
  /// A vector a block of a pass.
  let zeros: Tensor

  var byteCount: Int {
    (weights.shape.count + bias.shape.count + zeros.shape.count) * MemoryLayout<Float>.stride
  }

  /// `weight` is O, I, 3, 3, scaled by a number an output channel; `bias` has one each.
  init(
    _ tiling: WinogradTiling, weight: Tensor, scale: [Double], bias: [Double]
  ) throws(AllocationError) {
    let (lanes, channels) = (tiling.lanes, tiling.inputChannels)
    let blocks = tiling.outputBlocks
    func zeros(_ dimensions: [Int]) throws(AllocationError) -> Tensor {
      guard let shape = Shape(dimensions) else { throw AllocationError(bytes: .max) }
      return try Tensor(zeros: shape)
    }
    weights = try zeros([tiling.algorithm.products, blocks, channels, lanes])
    self.bias = try zeros([blocks, lanes])
    self.zeros = try zeros([WinogradProduct.mostBlocks, lanes])
    self.bias.withMutableSpan { span in
      for (channel, value) in bias.enumerated() { span[channel] = Float(value) }
    }
    let transform = FilterTransform(tiling.algorithm)
    for pass in WinogradProduct.passes(blocks) {
      for block in pass {
        for lane in stride(from: 0, to: lanes, by: 8) {
          let first = block * lanes + lane
          guard first < tiling.outputChannels else { break }
          let count = min(8, tiling.outputChannels - first)
          let place =
            pass.lowerBound * channels * lanes + (block - pass.lowerBound) * lanes + lane
          transform.pack(
            weight, outputs: first..<first + count, inputs: channels, scale: scale,
            into: weights, at: place, inputStep: pass.count * lanes,
            pointStep: blocks * channels * lanes)
        }
      }
    }
  }
}

/// G g Gᵀ in double, of up to eight output channels at a time.
private struct FilterTransform {
  private typealias Vector = SIMD8<Double>

  private let points: Int
  /// Three a point.
  private let factors: [Double]

  init(_ algorithm: WinogradAlgorithm) {
    points = algorithm.points
    factors = Array(algorithm.filter.joined())
  }

  func pack(
    _ weight: Tensor, outputs: Range<Int>, inputs: Int, scale: [Double], into packed: Tensor,
    at place: Int, inputStep: Int, pointStep: Int
  ) {
    var scales = Vector(repeating: 0)
    for output in outputs { scales[output - outputs.lowerBound] = scale[output] }
    weight.withSpan { source in
      packed.withMutableSpan { destination in
        var taps = [Vector](repeating: .zero, count: 9)
        var columns = [Vector](repeating: .zero, count: 3 * points)
        for input in 0..<inputs {
          for tap in 0..<9 {
            var values = Vector.zero
            for output in outputs {
              values[output - outputs.lowerBound] = Double(
                source[(output * inputs + input) * 9 + tap])
            }
            taps[tap] = values * scales
          }
          for point in 0..<points {
            let (a, b, c) = (factors[3 * point], factors[3 * point + 1], factors[3 * point + 2])
            for column in 0..<3 {
              columns[3 * point + column] =
                taps[column] * a + taps[3 + column] * b + taps[6 + column] * c
            }
          }
          var target = place + input * inputStep
          for row in 0..<points {
            for column in 0..<points {
              let value =
                columns[3 * row] * factors[3 * column]
                + columns[3 * row + 1] * factors[3 * column + 1]
                + columns[3 * row + 2] * factors[3 * column + 2]
              for lane in 0..<outputs.count { destination[target + lane] = Float(value[lane]) }
              target += pointStep
            }
          }
        }
      }
    }
  }
}
