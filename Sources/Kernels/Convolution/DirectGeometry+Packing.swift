import Tensors

extension DirectGeometry {
  /// Weights in the order in which the code reads them, group by group, pass by pass:
  /// `[block of input][row][column][lane of input][block of output][lane of output]`, zero where
  /// there is no channel; depthwise `[row][column][lane]`.
  func packedWeights(_ weight: Tensor) throws(AllocationError) -> Tensor {
    guard let shape = Shape([groups * groupFloats]) else { throw AllocationError(bytes: .max) }
    let packed = try Tensor(zeros: shape)
    let (taps, lanes) = (rows.kernel * columns.kernel, self.lanes)
    // Numbers of one output channel, side by side in the tensor.
    let step = (isDepthwise ? 1 : inputChannels) * taps
    weight.withSpan { source in
      packed.withMutableSpan { destination in
        var start = 0
        for group in 0..<groups {
          for (first, blocks) in passes {
            let row = (group * outputChannels + first * lanes) * step
            let count = min(blocks * lanes, outputChannels - first * lanes)
            for index in 0..<step {
              let (channel, tap) = index.quotientAndRemainder(dividingBy: taps)
              let cell = (channel / lanes * taps + tap) * (isDepthwise ? 1 : lanes)
              let place = start + (cell + channel % lanes) * blocks * lanes
              for o in 0..<count { destination[place + o] = source[row + o * step + index] }
            }
            start += passFloats(blocks: blocks)
          }
        }
      }
    }
    return packed
  }

  /// A bias a lane, group by group; zeros where there is none.
  func packedBias(_ bias: Tensor?) throws(AllocationError) -> Tensor {
    guard let shape = Shape([groups * outputBlocks * lanes]) else {
      throw AllocationError(bytes: .max)
    }
    let packed = try Tensor(zeros: shape)
    bias?.withSpan { source in
      packed.withMutableSpan { destination in
        for group in 0..<groups {
          for o in 0..<outputChannels {
            destination[group * outputBlocks * lanes + o] = source[group * outputChannels + o]
          }
        }
      }
    }
    return packed
  }
}
