import Tensors

/// Blocks of output channels that are computed together, from the channels of one group.
struct DirectPass: Hashable, Sendable {
  /// What the code of a pass depends on.
  struct Kind: Hashable, Sendable {
    let blocks: Int
    /// Inputs of the first block where it begins inside, and of the last one where it ends inside.
    let firstLanes: Range<Int>
    let lastLanes: Range<Int>
    /// Whether the very last input is a pair with one channel.
    var endsWithHalf = false
    /// Whether other groups have lanes of the first or the last block of output.
    let isMasked: Bool
  }

  let kind: Kind
  let group: Int
  /// Floats from the first channel of the map to the block in which the group begins.
  let source: Int
  /// Blocks of input that are full.
  let fullBlocks: Int
  /// Of the destination.
  let firstBlock: Int
  /// The output channel of the group in lane 0 of the first block; negative where the group
  /// begins further on.
  let firstChannel: Int
  /// Blocks of the passes before this one, and floats of their weights.
  let blocksBefore: Int
  let weightsBefore: Int

  /// Blocks of input, full or not.
  var inputBlocks: Int {
    fullBlocks + (kind.firstLanes.isEmpty ? 0 : 1) + (kind.lastLanes.isEmpty ? 0 : 1)
  }
}

extension DirectGeometry {
  /// The passes of all groups, with at most so many blocks.
  func passes(blocks most: Int) -> [DirectPass] {
    var passes: [DirectPass] = []
    var (blocksBefore, weightsBefore) = (0, 0)
    if isDepthwise {
      let window = rows.kernel * columns.kernel * lanes
      return (0..<ceilDivide(groups, lanes)).map { block in
        DirectPass(
          kind: .init(blocks: 1, firstLanes: 0..<0, lastLanes: 0..<0, isMasked: false),
          group: block * lanes, source: block * source.block, fullBlocks: 1, firstBlock: block,
          firstChannel: 0, blocksBefore: block, weightsBefore: block * window)
      }
    }
    // One group alone has a pair with one channel.
    let endsWithHalf = hasPairs && inputChannels % 2 == 1
    for group in 0..<groups {
      let (before, outputs) = (group * inputs, group * outputChannels)
      let lane = isSourcePlanar ? 0 : before % inputLanes
      let first = lane == 0 ? 0 : min(inputLanes - lane, inputs)
      var (full, last) = (inputs - first).quotientAndRemainder(dividingBy: inputLanes)
      if endsWithHalf && last == 0 { (full, last) = (full - 1, inputLanes) }
      let (block, outputLane) = outputs.quotientAndRemainder(dividingBy: lanes)
      let endsInside = (outputs + outputChannels) % lanes != 0 && group < groups - 1
      let count = ceilDivide(outputLane + outputChannels, lanes)
      let parts = ceilDivide(count, most)
      for (part, run) in (0..<count).parts(parts).enumerated() {
        let (start, size) = (run.lowerBound, run.count)
        let isMasked = start == 0 && outputLane > 0 || part == parts - 1 && endsInside
        passes.append(
          DirectPass(
            kind: .init(
              blocks: size, firstLanes: lane..<lane + first, lastLanes: 0..<last,
              endsWithHalf: endsWithHalf, isMasked: isMasked),
            group: group,
            source: isSourcePlanar
              ? before * source.channel : before / inputLanes * source.block,
            fullBlocks: full, firstBlock: block + start,
            firstChannel: start * lanes - outputLane, blocksBefore: blocksBefore,
            weightsBefore: weightsBefore))
        blocksBefore += size
        weightsBefore += rows.kernel * rowFloats(inputs: inputs, blocks: size)
      }
    }
    return passes
  }
}
