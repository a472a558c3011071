import Tensors

extension DirectGeometry {
  /// Weights in the order in which the code reads them, group by group, pass by pass:
  /// `[block of input][row][column][lane of input][block of output][lane of output]`, zero where
  /// there is no channel; depthwise `[row][column][lane]`.
  func packedWeights(_ weight: Tensor) throws(AllocationError) -> Tensor {
    guard let shape = Shape([groups * groupFloats]) else { throw AllocationError(bytes: .max) }
    let packed = try Tensor(zeros: shape)
    let taps = rows.kernel * columns.kernel
    weight.withSpan { source in
      packed.withMutableSpan { destination in
        var start = 0
        for group in 0..<groups {
          for (first, blocks) in passes {
            let channels = first * lanes..<min(outputChannels, (first + blocks) * lanes)
            for o in channels {
              let row = (group * outputChannels + o) * (isDepthwise ? 1 : inputChannels) * taps
              let lane = start + (o - first * lanes)
              if isDepthwise {
                for tap in 0..<taps { destination[lane + tap * lanes] = source[row + tap] }
                continue
              }
              for c in 0..<inputChannels {
                let block = c / lanes * taps
                for tap in 0..<taps {
                  let place = ((block + tap) * lanes + c % lanes) * blocks * lanes
                  destination[lane + place] = source[row + c * taps + tap]
                }
              }
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
