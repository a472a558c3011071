import Tensors

/// A direct convolution with its code and its packed weights.
struct PreparedDirectConvolution: PreparedKernel {
  /// A run of positions of a row, and what computes it.
  struct Segment: Sendable {
    let positions: Range<Int>
    let code: KernelCode
  }

  let call: Call
  let geometry: DirectGeometry
  /// Of a row, by the blocks of a pass.
  let segments: [Int: [Segment]]
  let weights: Tensor
  let bias: Tensor
  /// Where results lie in the planes of the output; they fill them where nil.
  let grid: PhaseGrid?

  @unsafe func run(stage: Int, part: Int, _ memory: KernelMemory) {
    guard let base = unsafe memory.workspace, let floats = geometry.workspaceFloats else {
      preconditionFailure("the plan gives the workspace that was asked for")
    }
    let start = DirectConvolution.padded(floats.source)
    // The workspace holds the packed source, and from `start` on the blocks of one pass.
    let source = unsafe base
    let result = unsafe base + start
    let (map, image) = (call.inputs[0], call.output)
    for n in 0..<map.n {
      for group in 0..<geometry.groups {
        // Each group has `inputChannels` whole planes of the input, and so has the output.
        let from =
          unsafe memory.inputs[0].base
          + (n * map.c + group * geometry.inputChannels) * map.h * map.w
        let to =
          unsafe memory.output.base
          + (n * image.c + group * geometry.outputChannels) * image.h * image.w
        unsafe run(group, from, source, result, to, plane: image.h * image.w)
      }
    }
  }

  /// One group of one image.
  @unsafe private func run(
    _ group: Int, _ input: UnsafePointer<Float>, _ source: UnsafeMutablePointer<Float>,
    _ result: UnsafeMutablePointer<Float>, _ output: UnsafeMutablePointer<Float>, plane: Int
  ) {
    let cells = geometry.rows.output * geometry.columns.output
    let lanes = geometry.lanes
    if !geometry.isDepthwise {
      for block in 0..<geometry.inputBlocks { unsafe pack(block, input, source, at: block) }
    }
    var start = group * geometry.groupFloats
    for (first, blocks) in geometry.passes {
      if geometry.isDepthwise { unsafe pack(first, input, source, at: 0) }
      // Weights and bias hold every pass of every group.
      weights.withSpan { weights in
        bias.withSpan { bias in
          unsafe weights.withUnsafeBufferPointer { weights in
            unsafe bias.withUnsafeBufferPointer { bias in
              unsafe compute(
                blocks, source, weights.baseAddress! + start,
                bias.baseAddress! + (group * geometry.outputBlocks + first) * lanes, result)
            }
          }
        }
      }
      for block in 0..<blocks {
        let channels = min(lanes, geometry.outputChannels - (first + block) * lanes)
        let from = unsafe result + block * cells * lanes
        let to = unsafe output + (first + block) * lanes * plane
        // The pass left `blocks` blocks of `cells` cells; the planes are the group's own.
        if let grid {
          unsafe BlockedMap.scatter(
            from, lanes: lanes, rows: geometry.rows.output, columns: geometry.columns.output,
            into: to, channels: channels, plane: plane, grid)
        } else {
          unsafe BlockedMap.unpack(from, lanes: lanes, cells: cells, into: to, channels: channels)
        }
      }
      start += geometry.passFloats(blocks: blocks)
    }
  }

  /// Packs one block of channels of a group into a place of the packed source.
  @unsafe private func pack(
    _ block: Int, _ input: UnsafePointer<Float>, _ source: UnsafeMutablePointer<Float>,
    at place: Int
  ) {
    let (rows, columns, lanes) = (geometry.rows, geometry.columns, geometry.lanes)
    let plane = rows.input * columns.input
    unsafe BlockedMap.pack(
      input + block * lanes * plane, channels: min(lanes, geometry.inputChannels - block * lanes),
      height: rows.input, width: columns.input, before: columns.before,
      into: source + place * rows.input * geometry.packedWidth * lanes,
      packedWidth: geometry.packedWidth, lanes: lanes)
  }

  /// All positions of one pass, row by row.
  @unsafe private func compute(
    _ blocks: Int, _ source: UnsafePointer<Float>, _ weights: UnsafePointer<Float>,
    _ bias: UnsafePointer<Float>, _ result: UnsafeMutablePointer<Float>
  ) {
    let (rows, columns, lanes) = (geometry.rows, geometry.columns, geometry.lanes)
    let (width, float) = (geometry.packedWidth, MemoryLayout<Float>.stride)
    guard let segments = segments[blocks] else { preconditionFailure("every pass has segments") }
    let rowFloats = geometry.rowFloats(blocks: blocks)
    for y in 0..<rows.output {
      let taps = rows.taps(at: y)
      let firstRow = taps.isEmpty ? 0 : rows.cell(at: y, tap: taps.lowerBound)
      let isPartial = !geometry.isDepthwise && geometry.inputChannels % lanes != 0
      for segment in segments {
        // Live taps read rows of the map; the packed width covers the columns of every position.
        let cell = (firstRow * width + segment.positions.lowerBound * columns.stride) * lanes
        let place = (y * columns.output + segment.positions.lowerBound) * lanes
        var arguments = DirectArguments(
          source: UInt(bitPattern: unsafe source + cell),
          weights: UInt(bitPattern: unsafe weights + taps.lowerBound * rowFloats),
          bias: UInt(bitPattern: bias), destination: UInt(bitPattern: unsafe result + place),
          destinationStep: rows.output * columns.output * lanes * float,
          blockCount: geometry.isDepthwise ? 1 : geometry.inputBlocks - (isPartial ? 1 : 0),
          rowCount: taps.count,
          sourceSkip: (rows.input - taps.count * rows.rate) * width * lanes * float,
          weightSkip: (rows.kernel - taps.count) * rowFloats * float)
        unsafe segment.code.run(&arguments)
      }
    }
  }
}
