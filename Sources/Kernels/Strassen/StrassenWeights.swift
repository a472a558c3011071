import Tensors

/// The sums of quarters of the weights, in the order in which the products read them, and what the
/// products begin with.
struct StrassenWeights: Sendable {
  /// `[product][pass][channel][block of the pass][lane]`, zero where there is no channel.
  let weights: Tensor
  /// A vector a block of the first half, then of what the second has more, then zeros.
  let bias: Tensor
  /// One vector.
  let zeros: Tensor

  var byteCount: Int { weights.byteCount + bias.byteCount + zeros.byteCount }

  /// Of its tensors.
  static func sizes(_ tiling: StrassenTiling) -> (weights: [Int], bias: [Int], zeros: [Int]) {
    ([7, tiling.productWeights], [3 * tiling.outputHalf, tiling.lanes], [tiling.lanes])
  }

  /// `weight` is O, I, scaled by a number an output channel; `bias` has one each.
  init(
    _ tiling: StrassenTiling, weight: Tensor, scale: [Double], bias: [Double]
  ) throws(AllocationError) {
    let (lanes, half) = (tiling.lanes, tiling.inputHalf * tiling.lanes)
    let outputs = tiling.outputHalf * lanes
    let sizes = Self.sizes(tiling)
    weights = try Tensor(packed: sizes.weights)
    self.bias = try Tensor(packed: sizes.bias)
    zeros = try Tensor(packed: sizes.zeros)
    let inputs = tiling.inputChannels
    weight.withSpan { source in
      weights.withMutableSpan { packed in
        self.bias.withMutableSpan { biases in
          for pass in tiling.passes {
            let step = pass.count * lanes
            let product = tiling.productWeights
            for lane in 0..<step {
              let first = pass.lowerBound * lanes + lane
              let second = outputs + first
              let isFull = second < tiling.outputChannels
              let scales = (scale[first], isFull ? scale[second] : 0)
              let place = pass.lowerBound * lanes + lane
              biases[place] = Float(bias[first])
              biases[place + outputs] = Float((isFull ? bias[second] : 0) - bias[first])
              // Channels that do not exist take others' weights, times zero.
              let rows = (first * inputs, (isFull ? second : first) * inputs)
              var target = pass.lowerBound * tiling.blockWeights + lane
              for input in 0..<half {
                let b11 = Double(source[rows.0 + input]) * scales.0
                let b12 = Double(source[rows.1 + input]) * scales.1
                var (b21, b22) = (0.0, 0.0)
                if half + input < inputs {
                  b21 = Double(source[rows.0 + half + input]) * scales.0
                  b22 = Double(source[rows.1 + half + input]) * scales.1
                }
                let sum2 = b22 - b12 + b11
                // In the order of `StrassenProduct.Factor`.
                packed[target] = Float(b11)
                packed[target + product] = Float(b21)
                packed[target + 2 * product] = Float(b12 - b11)
                packed[target + 3 * product] = Float(sum2)
                packed[target + 4 * product] = Float(b22)
                packed[target + 5 * product] = Float(b22 - b12)
                packed[target + 6 * product] = Float(b21 - sum2)
                target += step
              }
            }
          }
        }
      }
    }
  }
}
