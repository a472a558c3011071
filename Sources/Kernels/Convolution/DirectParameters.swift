import Tensors

/// Where the weight of a tap lies in a tensor: at a sum of steps.
struct WeightSteps: Hashable, Sendable {
  var first = 0
  var group: Int
  /// Of channels within a group.
  var output: Int
  var input: Int
  var row: Int
  var column: Int
}

/// Parameters in the order in which the code reads them.
struct DirectParameters: Sendable {
  /// Pass by pass; `[block of input][row][column][input][block of output][lane]`, zero in lanes
  /// without an output channel; depthwise `[row][column][lane]`. An input is a channel, or a pair
  /// of them as in the map: one without a partner is the upper half.
  let weights: Tensor
  /// A vector a block of a pass.
  let bias: Tensor
  /// The same, all bits of the floats of the result that the pass owns; empty where no pass shares
  /// a block.
  let masks: Tensor
  /// Where the weights lay.
  let steps: WeightSteps

  var byteCount: Int {
    [weights, bias, masks].reduce(0) { $0 + $1.shape.count } * MemoryLayout<Float>.stride
  }

  /// Floats of its tensors.
  static func floats(_ tiling: DirectTiling) -> (weights: Int, bias: Int, masks: Int) {
    guard let last = tiling.passes.last else { preconditionFailure("a convolution has channels") }
    let lanes = (last.blocksBefore + last.kind.blocks) * tiling.geometry.lanes
    return (
      last.weightsBefore + tiling.geometry.weightFloats(last), lanes,
      tiling.passes.contains { $0.kind.isMasked } ? lanes : 0
    )
  }

  /// Weights are scaled by a number an output channel; `bias` has one each.
  init(
    _ tiling: DirectTiling, weight: Tensor, _ steps: WeightSteps, scale: [Double], bias: [Double]
  ) throws(AllocationError) {
    self.steps = steps
    let (geometry, passes) = (tiling.geometry, tiling.passes)
    let lanes = geometry.lanes
    let floats = Self.floats(tiling)
    weights = try Tensor(packed: [floats.weights])
    self.bias = try Tensor(packed: [floats.bias])
    masks = try Tensor(packed: [floats.masks])
    for pass in passes {
      geometry.pack(pass, weight, steps, scale, into: weights)
      geometry.eachLane(pass) { block, lane, channel in
        let place = (pass.blocksBefore + block) * lanes + lane
        self.bias.withMutableSpan { $0[place] = Float(bias[channel]) }
        if masks.shape.count > 0 {
          // Numbers of a bfloat16 map are owned by twos.
          let float = place - lane + lane * geometry.resultNumbers.byteCount / 4
          masks.withMutableSpan { $0[float] = Float(bitPattern: .max) }
        }
      }
    }
  }
}

extension DirectGeometry {
  /// Floats of the weights of a pass.
  func weightFloats(_ pass: DirectPass) -> Int {
    rows.kernel * rowFloats(inputs: isDepthwise ? 1 : inputs, blocks: pass.kind.blocks)
  }

  /// Every lane of a pass that has an output channel, counted over all groups.
  func eachLane(_ pass: DirectPass, _ body: (_ block: Int, _ lane: Int, _ channel: Int) -> Void) {
    let channels = isDepthwise ? groups : outputChannels
    let first = isDepthwise ? pass.group : pass.firstChannel
    for index in 0..<pass.kind.blocks * lanes where (0..<channels).contains(first + index) {
      let channel = first + index + (isDepthwise ? 0 : pass.group * outputChannels)
      body(index / lanes, index % lanes, channel)
    }
  }

  /// The weights of a pass, scaled, into their place.
  fileprivate func pack(
    _ pass: DirectPass, _ weight: Tensor, _ steps: WeightSteps, _ scale: [Double],
    into packed: Tensor
  ) {
    let width = pass.kind.blocks * lanes
    // Lanes with a channel, where its weights begin, and its scale.
    var owned: [(lane: Int, start: Int, scale: Double)] = []
    eachLane(pass) { block, lane, channel in
      let start =
        isDepthwise
        ? channel * steps.group
        : pass.group * steps.group + (channel - pass.group * outputChannels) * steps.output
      owned.append((block * lanes + lane, steps.first + start, scale[channel]))
    }
    let isScaled = owned.contains { $0.scale != 1 }
    weight.withSpan { source in
      packed.withMutableSpan { destination in
        var place = pass.weightsBefore
        var first = 0
        for inputs in blockInputs(pass) {
          for row in 0..<rows.kernel {
            for column in 0..<columns.kernel {
              let tap = row * steps.row + column * steps.column
              for input in first..<first + inputs {
                let step = input * (hasPairs ? 2 : 1) * steps.input + tap
                if hasPairs {
                  let isWhole = 2 * input + 1 < inputChannels
                  for (lane, start, scale) in owned {
                    let first = rounded(source[start + step], scale)
                    let partner =
                      isWhole ? rounded(source[start + step + steps.input], scale) : nil
                    destination[place + lane] = Float(
                      bitPattern: partner.map { $0 << 16 | first } ?? first << 16)
                  }
                } else if isScaled {
                  for (lane, start, scale) in owned {
                    destination[place + lane] = Float(Double(source[start + step]) * scale)
                  }
                } else {
                  for (lane, start, _) in owned {
                    destination[place + lane] = source[start + step]
                  }
                }
                place += width
              }
            }
          }
          first += inputs
        }
      }
    }
  }

  /// A scaled weight as the bits of a bfloat16.
  private func rounded(_ weight: Float, _ scale: Double) -> UInt32 {
    UInt32(Float(Double(weight) * scale).bfloat16Bits)
  }

  /// Inputs of each block of a pass.
  private func blockInputs(_ pass: DirectPass) -> [Int] {
    if isDepthwise { return [1] }
    let full = [Int](repeating: inputLanes, count: pass.fullBlocks)
    return ([pass.kind.firstLanes.count] + full + [pass.kind.lastLanes.count]).filter { $0 > 0 }
  }
}
