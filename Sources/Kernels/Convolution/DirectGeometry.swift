import Tensors

/// The sizes of a direct convolution over blocked maps, of one image and one group.
///
/// The source is packed with its columns of padding, without rows of padding: rows of the window
/// that see nothing but padding are left out.
struct DirectGeometry: Hashable, Sendable {
  let isa: VectorISA
  let isDepthwise: Bool
  let groups: Int
  /// Channels of one group; of a depthwise convolution, which has one group of them, all.
  let inputChannels: Int
  let outputChannels: Int
  let rows: WindowAxis
  let columns: WindowAxis
  let hasBias: Bool

  /// Nil where the call is another kind of convolution.
  init?(_ call: Call, _ isa: VectorISA) {
    guard case .convolution(let spec) = call.spec, !spec.transposed else { return nil }
    let (source, result) = (call.inputs[0], call.output)
    self.isa = isa
    isDepthwise = spec.groups > 1 && spec.groups == source.c && result.c == source.c
    groups = isDepthwise ? 1 : spec.groups
    inputChannels = source.c / groups
    outputChannels = result.c / groups
    hasBias = spec.hasBias
    let rows = spec.slidingWindow.axis(.height, input: source.h, output: result.h)
    let columns = spec.slidingWindow.axis(.width, input: source.w, output: result.w)
    let isPointwise = [rows, columns].allSatisfy {
      $0.kernel == 1 && $0.stride == 1 && $0.before == 0 && $0.after == 0
    }
    // Positions of a 1x1 are independent: the map may as well be one long row.
    self.rows = isPointwise ? .row(1) : rows
    self.columns = isPointwise ? .row(source.h * source.w) : columns
  }

  /// A dense convolution over other axes than a call's.
  init(
    isa: VectorISA, groups: Int, inputChannels: Int, outputChannels: Int, rows: WindowAxis,
    columns: WindowAxis, hasBias: Bool
  ) {
    self.isa = isa
    isDepthwise = false
    self.groups = groups
    self.inputChannels = inputChannels
    self.outputChannels = outputChannels
    self.rows = rows
    self.columns = columns
    self.hasBias = hasBias
  }

  var lanes: Int { isa.lanes }
  /// Blocks of input channels of one group, the last one of which may be partial.
  var inputBlocks: Int { ceilDivide(inputChannels, lanes) }
  var outputBlocks: Int { ceilDivide(outputChannels, lanes) }
  /// Blocks of output channels that one pass computes.
  var blocksPerPass: Int { isDepthwise ? 1 : 2 }

  /// Columns of the packed source: what some position reads.
  var packedWidth: Int {
    (columns.output - 1) * columns.stride + (columns.kernel - 1) * columns.rate + 1
  }

  /// Floats of one packed block.
  var blockFloats: Int? { product([rows.input, packedWidth, lanes]) }

  /// Blocks that are packed at a time: a depthwise convolution needs one.
  var packedBlocks: Int { isDepthwise ? 1 : inputBlocks }

  /// Floats of the packed source and of the blocks of one pass; nil where the count overflows.
  var workspaceFloats: (source: Int, result: Int)? {
    guard let source = product([rows.input, packedWidth, lanes, packedBlocks]),
      let result = product([rows.output, columns.output, lanes, min(blocksPerPass, outputBlocks)])
    else { return nil }
    return (source, result)
  }

  /// Floats of the weights that one row of the window reads of one block of input.
  func rowFloats(blocks: Int) -> Int {
    columns.kernel * lanes * blocks * (isDepthwise ? 1 : lanes)
  }

  /// Floats of the weights of one pass.
  func passFloats(blocks: Int) -> Int {
    rows.kernel * rowFloats(blocks: blocks) * (isDepthwise ? 1 : inputBlocks)
  }

  /// Floats of the weights of one group.
  var groupFloats: Int { passes.reduce(0) { $0 + passFloats(blocks: $1.blocks) } }

  /// The passes over one group: first block and number of blocks.
  var passes: [(first: Int, blocks: Int)] {
    stride(from: 0, to: outputBlocks, by: blocksPerPass).map { first in
      (first, min(blocksPerPass, outputBlocks - first))
    }
  }

  /// Runs of positions of a row, as even as they can be.
  func segments(blocks: Int) -> [Range<Int>] {
    let count = ceilDivide(columns.output, DirectTile.largest(isa, blocks: blocks))
    return (0..<count).map { index in
      columns.output * index / count..<columns.output * (index + 1) / count
    }
  }

  func tile(positions: Int, blocks: Int) -> DirectTile {
    DirectTile(
      isa: isa, isDepthwise: isDepthwise, positions: positions, blocks: blocks,
      kernelWidth: columns.kernel, stride: columns.stride, rate: columns.rate,
      rowStep: rows.rate * packedWidth, lastChannels: isDepthwise ? 0 : inputChannels % lanes)
  }

  /// Why no code can be made, where none can: offsets in code have 32 bits.
  var refusal: String? {
    guard workspaceFloats != nil, let block = blockFloats, block <= 1 << 28 else {
      return "a block of the padded map passes 1 GiB"
    }
    guard columns.stride <= 1024 else { return "a stride above 1024" }
    let step = product([rows.rate, packedWidth, lanes]) ?? .max
    guard step <= 1 << 28, columns.kernel * columns.rate <= 1 << 22 else {
      return "a row of the window is more than 1 GiB from the next"
    }
    return nil
  }
}

extension WindowAxis {
  /// One tap at every cell of a row.
  fileprivate static func row(_ count: Int) -> WindowAxis {
    WindowAxis(kernel: 1, stride: 1, rate: 1, before: 0, after: 0, input: count, output: count)
  }
}
