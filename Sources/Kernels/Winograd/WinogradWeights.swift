import Tensors

/// The points of weights, G g Gᵀ, or the weights from which every run makes them, and the bias.
///
/// Points take 16, 36 or 64 / 9 times the memory of the weights, while making them costs little
/// where a block has many tiles: each is used in all of them. `WinogradCost` weighs the two.
struct WinogradWeights: Sendable {
  /// `[point][pass][channel][block of the pass][lane]`, one vector more a point; or `[pass]
  /// [channel][block of the pass][tap][lane]`, of bfloat16 numbers where maps are. Zero in lanes
  /// without a channel.
  let weights: Tensor
  /// A vector a block of output.
  let bias: Tensor
  /// A vector a block of a pass.
  let zeros: Tensor

  static let taps = 9

  var byteCount: Int { weights.byteCount + bias.byteCount + zeros.byteCount }

  /// Of its tensors.
  static func sizes(_ tiling: WinogradTiling) -> (weights: [Int], bias: [Int], zeros: [Int]) {
    (
      tiling.keepsPoints
        ? [tiling.algorithm.products, tiling.weightPoint]
        : [
          tiling.outputBlocks, tiling.inputChannels, taps,
          tiling.lanes * tiling.weightNumbers.byteCount / 4,
        ],
      [tiling.outputBlocks, tiling.lanes], [WinogradProduct.mostBlocks, tiling.lanes]
    )
  }

  /// `weight` is O, I, 3, 3, scaled by a number an output channel; `bias` has one each.
  init(
    _ tiling: WinogradTiling, weight: Tensor, scale: [Double], bias: [Double]
  ) throws(AllocationError) {
    let (lanes, channels, taps) = (tiling.lanes, tiling.inputChannels, Self.taps)
    let sizes = Self.sizes(tiling)
    weights = try Tensor(packed: sizes.weights)
    self.bias = try Tensor(packed: sizes.bias)
    zeros = try Tensor(packed: sizes.zeros)
    self.bias.withMutableSpan { span in
      for (channel, value) in bias.enumerated() { span[channel] = Float(value) }
    }
    let transform = FilterTransform(tiling.algorithm)
    for pass in tiling.passes {
      for block in pass {
        for lane in stride(from: 0, to: lanes, by: 8) {
          let first = block * lanes + lane
          guard first < tiling.outputChannels else { break }
          let outputs = first..<min(first + 8, tiling.outputChannels)
          let vector = pass.lowerBound * channels + block - pass.lowerBound
          if tiling.keepsPoints {
            transform.pack(
              weight, outputs: outputs, inputs: channels, scale: scale, into: weights,
              at: vector * lanes + lane, inputStep: pass.count * lanes,
              pointStep: tiling.weightPoint)
          } else {
            Self.pack(
              weight, outputs: outputs, channels: channels, scale: scale,
              as: tiling.weightNumbers, into: weights, at: vector * taps * lanes + lane,
              step: pass.count * taps * lanes, lanes: lanes)
          }
        }
      }
    }
  }

  /// Packs up to eight output channels; `step` is from one channel of input to the next, in numbers
  /// as the place is.
  private static func pack(
    _ weight: Tensor, outputs: Range<Int>, channels: Int, scale: [Double],
    as numbers: Precision, into packed: Tensor,
    at place: Int, step: Int, lanes: Int
  ) {
    var scales = SIMD8<Double>(repeating: 0)
    for output in outputs { scales[output - outputs.lowerBound] = scale[output] }
    let row = channels * taps
    precondition(weight.shape.count >= outputs.upperBound * row, "nine taps a pair of channels")
    precondition(
      packed.shape.count * 4 / numbers.byteCount >= place + (channels - 1) * step + (taps - 1)
        * lanes + 8,
      "room for eight lanes of every tap")
    // Channels and taps stay below the numbers that have just been compared.
    guard let source = unsafe weight.storage.pointer.baseAddress,
      let destination = unsafe packed.storage.pointer.baseAddress
    else { return }
    let rows = unsafe source + outputs.lowerBound * row
    let last = outputs.count - 1
    for channel in 0..<channels {
      for tap in 0..<taps {
        let cell = unsafe rows + channel * taps + tap
        // Channels that do not exist take the last one's weights, times zero.
        @inline(__always) func value(_ lane: Int) -> Double {
          Double(unsafe cell[min(lane, last) * row])
        }
        let values =
          SIMD8(
            value(0), value(1), value(2), value(3), value(4), value(5), value(6), value(7))
          * scales
        let target = place + channel * step + tap * lanes
        switch numbers {
        case .fp32: unsafe SIMD8<Float>(values).store(to: destination + target)
        case .bf16:
          // Eight numbers take the place of four floats.
          unsafe UnsafeMutableRawPointer(destination + target / 2).storeBytes(
            of: Self.rounded(SIMD8<Float>(values)), as: SIMD8<UInt16>.self)
        }
      }
    }
  }

  private static func rounded(_ values: SIMD8<Float>) -> SIMD8<UInt16> {
    var bits = SIMD8<UInt16>()
    for lane in values.indices { bits[lane] = values[lane].bfloat16Bits }
    return bits
  }
}
