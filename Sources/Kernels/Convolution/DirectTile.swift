import X86

/// What the code of one tile of a direct convolution is made from: every number in it is a constant.
///
/// A tile is a run of positions of one row of the result, for one or two blocks of channels. The
/// source is blocked by lanes, `[block][row][column][lane]`; weights are
/// `[block of input][row][column][lane of input][block of output][lane of output]`, or of a
/// depthwise convolution `[row][column][lane]`.
struct DirectTile: Hashable, Sendable {
  let isa: VectorISA
  let isDepthwise: Bool
  /// Positions, side by side.
  let positions: Int
  /// Blocks of output channels.
  let blocks: Int
  /// Columns of the window.
  let kernelWidth: Int
  /// Columns of the source from one position to the next, and from one tap to the next.
  let stride: Int
  let rate: Int
  /// Columns of the source from one row of the window to the next.
  let rowStep: Int
  /// Channels in the last block of the input where it is not full; 0 where it is. Depthwise: 0.
  let lastChannels: Int

  /// The most positions that leave registers for weights and a broadcast.
  static func largest(_ isa: VectorISA, blocks: Int) -> Int {
    (isa.registerCount - blocks - (isa.broadcastsOperands ? 0 : 1)) / blocks
  }

  /// Bytes of one column of a blocked map.
  var columnBytes: Int { isa.width.byteCount }
  /// Bytes of the weights that one tap reads of one block of input.
  var tapBytes: Int { isDepthwise ? columnBytes : isa.lanes * channelBytes }
  /// Bytes of the weights of one input channel at one tap.
  var channelBytes: Int { blocks * columnBytes }
}

/// What the code of a tile is called with; offsets are those of the fields.
struct DirectArguments: BitwiseCopyable {
  /// The first cell that the first live row of the window reads, in the first block.
  var source: UInt
  /// The weights of that row.
  var weights: UInt
  /// `blocks` vectors that the sums begin with.
  var bias: UInt
  /// The first position of the first block of the result.
  var destination: UInt
  /// Bytes from one block of the result to the next.
  var destinationStep: Int
  /// Full blocks of input channels.
  var blockCount: Int
  /// Live rows of the window; 0 leaves the bias.
  var rowCount: Int
  /// Bytes from the end of the live rows of one block of the source to the next block.
  var sourceSkip: Int
  /// The same of the weights.
  var weightSkip: Int

  static let offsets = (
    source: offset(0), weights: offset(1), bias: offset(2), destination: offset(3),
    destinationStep: offset(4), blockCount: offset(5), rowCount: offset(6), sourceSkip: offset(7),
    weightSkip: offset(8)
  )

  private static func offset(_ field: Int) -> Int32 { Int32(field * MemoryLayout<Int>.stride) }
}
