import X86

/// A tile in which every output channel sums over all input channels.
///
/// The source may lie in any layout, for its floats are read one by one and repeated in every
/// lane. Weights are `[block of input][row][column][channel][block of output][lane]`; blocks are
/// those of the map, of which the first may begin and the last may end inside.
///
/// Two bfloat16 channels side by side count as one, of a block with half as many lanes: a product is
/// of a pair, and all else is the same.
struct DenseTile: Hashable, Sendable {
  let form: TileForm
  /// Columns of the window, and those of them that see the map.
  let kernelWidth: Int
  let runs: [TapRun]
  /// Whether the window has several rows.
  let hasRows: Bool
  /// Bytes of the source from one column of the window to the next, one row of it, one channel.
  let tapStep: Int
  let rowStep: Int
  let channelStep: Int
  /// Channels of blocks that are not full; empty where there are none.
  let firstLanes: Range<Int>
  let lastLanes: Range<Int>
  /// Whether products are of pairs, the last of which may have one channel.
  var hasPairs = false
  var endsWithHalf = false

  /// Channels of a full block.
  var inputLanes: Int { hasPairs ? form.isa.lanes / 2 : form.isa.lanes }

  /// The most positions that leave registers for weights and a float of the source, and to the
  /// ending as many as it needs.
  static func mostPositions(_ isa: VectorISA, blocks: Int, spare: Int) -> Int {
    guard isa.isGenerated else { return PortableTile.positions }
    return max(1, (isa.registerCount - max(1 + blocks, spare)) / blocks)
  }

  /// The most blocks of a tile of one position, which reads its weights from memory.
  static func mostBlocks(_ isa: VectorISA, spare: Int) -> Int {
    isa.isGenerated ? isa.registerCount - max(4, spare) : 1
  }

  /// The function that computes tiles; sums are in the order of the weights, so that no choice of
  /// tiles changes a result.
  func code(isListed: Bool = false) -> Assembler {
    var emitter = TileEmitter(form, isListed: isListed)
    emitter.emit { emitter in
      var dense = DenseEmitter(tile: self, emitter: emitter)
      dense.accumulate()
      emitter = dense.emitter
    }
    return emitter.assembler
  }
}

/// The sums of a dense tile.
private struct DenseEmitter {
  let tile: DenseTile
  var emitter: TileEmitter

  private let source = TileEmitter.free[0]
  private let weights = TileEmitter.free[1]
  private let blocksLeft = TileEmitter.free[2]
  private let rowsLeft = TileEmitter.free[3]
  private let tapsLeft = TileEmitter.free[4]
  private let channelsLeft = TileEmitter.free[5]
  private let rowCount = TileEmitter.free[6]
  private let sourceSkip = TileEmitter.free[7]
  private let prefetch = TileEmitter.free[8]

  init(tile: DenseTile, emitter: TileEmitter) {
    self.tile = tile
    self.emitter = emitter
  }

  private var form: TileForm { tile.form }
  private var lanes: Int { tile.inputLanes }
  private var product: VectorInstruction { tile.hasPairs ? .vdpbf16ps : .vfmadd231ps }
  /// The channel that is half a pair, in the block that has it.
  private var half: Int?
  /// Bytes of the weights of one channel at one tap.
  private var channelBytes: Int { form.blocks * form.vectorBytes }

  private func weight(_ block: Int) -> VectorRegister { emitter.spare(block) }

  /// One float of the source in every lane.
  private var repeated: VectorRegister {
    emitter.spare(form.positions == 1 ? 0 : form.blocks)
  }

  /// Every block of input channels.
  mutating func accumulate() {
    let (full, last, end) = (
      emitter.assembler.label(), emitter.assembler.label(), emitter.assembler.label()
    )
    emitter.assembler.move(source, TileEmitter.tileSource)
    emitter.load(weights, \.weights)
    emitter.load(prefetch, \.prefetch)
    emitter.load(rowCount, \.rowCount)
    emitter.load(sourceSkip, \.sourceSkip)
    if !tile.firstLanes.isEmpty {
      emitter.compare(\.firstCount, 0)
      emitter.assembler.jump(.equal, to: full)
      if tile.hasRows { emitter.assembler.apply(.add, weights, emitter.argument(\.firstBefore)) }
      block(tile.firstLanes)
      emitter.assembler.apply(.add, source, sourceSkip)
      if tile.hasRows { emitter.assembler.apply(.add, weights, emitter.argument(\.firstAfter)) }
      emitter.assembler.bind(full)
    }
    emitter.load(blocksLeft, \.blockCount)
    emitter.assembler.apply(.cmp, blocksLeft, 0)
    emitter.assembler.jump(.equal, to: last)
    let top = emitter.assembler.here()
    if tile.hasRows { emitter.assembler.apply(.add, weights, emitter.argument(\.before)) }
    block(0..<lanes)
    emitter.assembler.apply(.add, source, sourceSkip)
    if tile.hasRows { emitter.assembler.apply(.add, weights, emitter.argument(\.after)) }
    if fetches {
      let near = emitter.assembler.label()
      emitter.assembler.apply(.cmp, blocksLeft, emitter.argument(\.wrapAt))
      emitter.assembler.jump(.notEqual, to: near)
      emitter.load(prefetch, \.wrap)
      emitter.assembler.bind(near)
    }
    emitter.assembler.countDown(blocksLeft, to: top)
    emitter.assembler.bind(last)
    if !tile.lastLanes.isEmpty {
      emitter.compare(\.lastCount, 0)
      emitter.assembler.jump(.equal, to: end)
      if tile.hasRows { emitter.assembler.apply(.add, weights, emitter.argument(\.lastBefore)) }
      half = tile.endsWithHalf ? tile.lastLanes.upperBound - 1 : nil
      block(tile.lastLanes)
    }
    emitter.assembler.bind(end)
  }

  /// Every live row of the window over some channels of a block.
  private mutating func block(_ channels: Range<Int>) {
    guard tile.hasRows else { return row(channels) }
    emitter.assembler.move(rowsLeft, rowCount)
    let top = emitter.assembler.here()
    row(channels)
    emitter.assembler.countDown(rowsLeft, to: top)
  }

  private mutating func row(_ channels: Range<Int>) {
    let tapBytes = channels.count * channelBytes
    var tap = 0
    // What `source` has moved by beyond the first column of the window.
    var moved = 0
    for run in tile.runs {
      emitter.advance(source, run.taps.lowerBound * tile.tapStep - moved)
      emitter.advance(weights, (run.taps.lowerBound - tap) * tapBytes)
      var top: Label?
      if run.taps.count > 1 {
        emitter.assembler.move(tapsLeft, run.taps.count)
        top = emitter.assembler.here()
      }
      let step = column(channels, run.positions)
      moved = run.taps.lowerBound * tile.tapStep + step
      if let top {
        emitter.advance(source, tile.tapStep - step)
        emitter.assembler.countDown(tapsLeft, to: top)
        moved = run.taps.upperBound * tile.tapStep
      }
      tap = run.taps.upperBound
    }
    emitter.advance(weights, (tile.kernelWidth - tap) * tapBytes)
    emitter.advance(source, tile.rowStep - moved)
  }

  /// Channels that are written out one after the other: fewer where several runs are. Pairs are all
  /// written out, so that none stands for the half one.
  private var unrolled: Int { tile.runs.count == 1 ? lanes : min(lanes, 8) }

  /// One column of the window; says how far `source` has moved.
  private mutating func column(_ channels: Range<Int>, _ positions: Range<Int>) -> Int {
    let (rounds, rest) = channels.count.quotientAndRemainder(dividingBy: unrolled)
    var moved = 0
    // The first channel that has not been reached, counted from where `source` stands.
    var next = channels.lowerBound
    if rounds > 0 {
      var top: Label?
      if rounds > 1 {
        emitter.assembler.move(channelsLeft, rounds)
        top = emitter.assembler.here()
      }
      for channel in 0..<unrolled { self.channel(next + channel, channel, positions) }
      emitter.advance(weights, unrolled * channelBytes)
      if let top {
        emitter.advance(source, unrolled * tile.channelStep)
        emitter.assembler.countDown(channelsLeft, to: top)
        moved = rounds * unrolled * tile.channelStep
      } else {
        next += unrolled
      }
    }
    for channel in 0..<rest { self.channel(next + channel, channel, positions) }
    emitter.advance(weights, rest * channelBytes)
    return moved
  }

  /// Whether the next blocks of the source are worth fetching: they lie apart.
  private var fetches: Bool { tile.channelStep == MemoryLayout<Float>.stride }

  /// Pairs make cells of half a line.
  private var cellsPerLine: Int { tile.hasPairs ? 2 : 1 }

  /// One input channel at one tap: an outer product of positions and output channels.
  private mutating func channel(_ channel: Int, _ index: Int, _ positions: Range<Int>) {
    let offset = index * channelBytes
    // A weight that is used once need not be in a register.
    let keepsWeights = positions.count > 1
    if keepsWeights {
      for block in 0..<form.blocks {
        let cell = Address.at(weights, offset + block * form.vectorBytes)
        emitter.vector(.vmovups, weight(block), .memory(cell))
      }
    }
    for position in positions {
      let displacement =
        position * form.sourceStep + channel * tile.channelStep - emitter.lead
      let cell = Address.at(source, displacement)
      if form.blocks == 1 && keepsWeights && form.isa.broadcastsOperands && channel != half {
        // So need a float of the source.
        emitter.vector(product, emitter.sum(position, 0), weight(0), .broadcast(cell))
      } else {
        emitter.vector(.vbroadcastss, repeated, .memory(cell))
        if channel == half {
          // The lane without a channel may hold NaN: the other takes its place, as in the weights.
          emitter.assembler.vector(
            .vpslld, repeated, .register(repeated), width: emitter.width, immediate: 16)
        }
        for block in 0..<form.blocks {
          let operand: VectorOperand =
            keepsWeights
            ? .register(weight(block))
            : .memory(.at(weights, offset + block * form.vectorBytes))
          emitter.vector(product, emitter.sum(position, block), repeated, operand)
        }
      }
      if fetches && index * cellsPerLine == position - positions.lowerBound {
        emitter.assembler.prefetch(
          .based(
            source, index: .init(prefetch),
            displacement: Int32(position * form.sourceStep - emitter.lead)))
      }
    }
  }
}
