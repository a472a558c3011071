import X86

extension DirectTile {
  /// The function that computes one tile: `y = bias + sum over blocks, rows, taps, channels`.
  ///
  /// The sums of a position are in the order of the weights, so no choice of tiles changes a result.
  func code(isListed: Bool = false) -> Assembler {
    var emitter = DirectEmitter(tile: self, assembler: Assembler(isListed: isListed))
    emitter.emit()
    return emitter.assembler
  }
}

/// Registers of the tile's function, and the function itself.
private struct DirectEmitter {
  let tile: DirectTile
  var assembler: Assembler

  private let arguments = GeneralRegister.rdi
  private let source = GeneralRegister.rsi
  private let weights = GeneralRegister.rdx
  private let blocksLeft = GeneralRegister.rcx
  private let rowsLeft = GeneralRegister.r8
  private let tapsLeft = GeneralRegister.r9
  private let rowCount = GeneralRegister.r10
  private let sourceSkip = GeneralRegister.r11
  private let weightSkip = GeneralRegister.rax

  init(tile: DirectTile, assembler: Assembler) {
    self.tile = tile
    self.assembler = assembler
  }

  private var width: VectorWidth { tile.isa.width }

  private func sum(_ position: Int, _ block: Int) -> VectorRegister {
    VectorRegister(position * tile.blocks + block)
  }

  private func weight(_ block: Int) -> VectorRegister {
    VectorRegister(tile.isa.registerCount - 1 - block)
  }

  /// One float of the source in every lane, where an operand cannot say so.
  private var repeated: VectorRegister {
    VectorRegister(tile.isa.registerCount - 1 - tile.blocks)
  }

  mutating func emit() {
    let fields = DirectArguments.offsets
    beginWithBias()
    load(source, fields.source)
    load(weights, fields.weights)
    load(rowCount, fields.rowCount)
    load(sourceSkip, fields.sourceSkip)
    load(weightSkip, fields.weightSkip)
    let end = assembler.label()
    assembler.apply(.cmp, rowCount, 0)
    assembler.jump(.equal, to: end)

    let last = assembler.label()
    load(blocksLeft, fields.blockCount)
    assembler.apply(.cmp, blocksLeft, 0)
    assembler.jump(.equal, to: last)
    let top = assembler.here()
    block(channels: tile.isa.lanes)
    count(blocksLeft, backTo: top)
    assembler.bind(last)
    if tile.lastChannels > 0 { block(channels: tile.lastChannels) }

    assembler.bind(end)
    store()
    assembler.leave(Frame(writing: []))
  }

  private mutating func beginWithBias() {
    load(source, DirectArguments.offsets.bias)
    for block in 0..<tile.blocks {
      assembler.vector(
        .vmovups, sum(0, block), .memory(at(source, block * tile.columnBytes)), width: width)
    }
    for position in 1..<max(1, tile.positions) {
      for block in 0..<tile.blocks {
        assembler.vector(
          .vmovups, sum(position, block), .register(sum(0, block)), width: width)
      }
    }
  }

  /// Every live row of the window over one block of input channels.
  private mutating func block(channels: Int) {
    assembler.move(rowsLeft, rowCount)
    let row = assembler.here()
    assembler.move(tapsLeft, tile.kernelWidth)
    let tap = assembler.here()
    if tile.isDepthwise { depthwiseTap() } else { for c in 0..<channels { channel(c) } }
    advance(source, tile.rate * tile.columnBytes)
    advance(weights, tile.tapBytes)
    count(tapsLeft, backTo: tap)
    advance(source, (tile.rowStep - tile.kernelWidth * tile.rate) * tile.columnBytes)
    count(rowsLeft, backTo: row)
    assembler.apply(.add, source, sourceSkip)
    assembler.apply(.add, weights, weightSkip)
  }

  /// One input channel at one tap: an outer product of positions and output channels.
  private mutating func channel(_ channel: Int) {
    for block in 0..<tile.blocks {
      let offset = channel * tile.channelBytes + block * tile.columnBytes
      assembler.vector(.vmovups, weight(block), .memory(at(weights, offset)), width: width)
    }
    for position in 0..<tile.positions {
      let cell = at(
        source, position * tile.stride * tile.columnBytes + channel * MemoryLayout<Float>.stride)
      if !tile.isa.broadcastsOperands {
        assembler.vector(.vbroadcastss, repeated, .memory(cell), width: width)
      }
      for block in 0..<tile.blocks {
        assembler.vector(
          .vfmadd231ps, sum(position, block), weight(block),
          tile.isa.broadcastsOperands ? .broadcast(cell) : .register(repeated), width: width)
      }
    }
  }

  private mutating func depthwiseTap() {
    assembler.vector(.vmovups, weight(0), .memory(at(weights, 0)), width: width)
    for position in 0..<tile.positions {
      let cell = at(source, position * tile.stride * tile.columnBytes)
      assembler.vector(
        .vfmadd231ps, sum(position, 0), weight(0), .memory(cell), width: width)
    }
  }

  private mutating func store() {
    load(source, DirectArguments.offsets.destination)
    for block in 0..<tile.blocks {
      if block > 0 {
        assembler.apply(
          .add, source, .based(arguments, displacement: DirectArguments.offsets.destinationStep))
      }
      for position in 0..<tile.positions {
        assembler.store(
          .vmovupsStore, .memory(at(source, position * tile.columnBytes)), sum(position, block),
          width: width)
      }
    }
  }

  // MARK: Shorthands

  private mutating func load(_ register: GeneralRegister, _ field: Int32) {
    assembler.load(register, .based(arguments, displacement: field))
  }

  private func at(_ register: GeneralRegister, _ offset: Int) -> Address {
    .based(register, displacement: Int32(offset))
  }

  private mutating func advance(_ register: GeneralRegister, _ bytes: Int) {
    if bytes != 0 { assembler.apply(.add, register, Int32(bytes)) }
  }

  private mutating func count(_ register: GeneralRegister, backTo label: Label) {
    assembler.apply(.sub, register, 1)
    assembler.jump(.notEqual, to: label)
  }
}
