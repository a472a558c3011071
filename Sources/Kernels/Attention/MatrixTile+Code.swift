import X86

extension MatrixTile {
  /// The function that computes one tile; every sum is in the order of its terms.
  func code(isListed: Bool = false) -> Assembler {
    var emitter = MatrixEmitter(tile: self, assembler: Assembler(isListed: isListed))
    emitter.emit()
    return emitter.assembler
  }
}

/// Registers of the tile's function, and the function itself.
private struct MatrixEmitter {
  let tile: MatrixTile
  var assembler: Assembler

  private let arguments = GeneralRegister.rdi
  private let a = GeneralRegister.rsi
  /// The rows of b, one register a block.
  private let b: [GeneralRegister] = [.rdx, .rcx]
  private let blocksLeft = GeneralRegister.r8
  private let aStep = GeneralRegister.r9
  private let y = GeneralRegister.r10

  init(tile: MatrixTile, assembler: Assembler) {
    self.tile = tile
    self.assembler = assembler
  }

  private var width: VectorWidth { tile.isa.width }

  private func sum(_ position: Int, _ block: Int) -> VectorRegister {
    VectorRegister(position * tile.blocks + block)
  }

  private func row(_ block: Int) -> VectorRegister {
    VectorRegister(tile.isa.registerCount - 1 - block)
  }

  /// One number of a in every lane, where an operand cannot say so.
  private var repeated: VectorRegister {
    VectorRegister(tile.isa.registerCount - 1 - tile.blocks)
  }

  mutating func emit() {
    let fields = MatrixArguments.offsets
    begin()
    load(a, fields.a)
    load(b[0], fields.b)
    for block in 1..<max(1, tile.blocks) {
      assembler.move(b[block], b[block - 1])
      assembler.apply(.add, b[block], .based(arguments, displacement: fields.bStep))
    }
    load(aStep, fields.aStep)
    load(blocksLeft, fields.blockCount)
    let last = assembler.label()
    assembler.apply(.cmp, blocksLeft, 0)
    assembler.jump(.equal, to: last)
    let top = assembler.here()
    for term in 0..<tile.isa.lanes { add(term) }
    assembler.apply(.add, a, aStep)
    for block in 0..<tile.blocks {
      assembler.apply(.add, b[block], Int32(tile.isa.lanes * tile.vectorBytes))
    }
    assembler.countDown(blocksLeft, to: top)
    assembler.bind(last)
    for term in 0..<tile.lastTerms { add(term) }
    eachSum { assembler, place, sum, width in
      assembler.store(.vmovupsStore, .memory(place), sum, width: width)
    }
    assembler.leave(Frame(writing: []))
  }

  private mutating func begin() {
    if tile.adds {
      eachSum { assembler, place, sum, width in
        assembler.vector(.vmovups, sum, .memory(place), width: width)
      }
      return
    }
    for register in 0..<tile.positions * tile.blocks {
      let sum = VectorRegister(register)
      assembler.vector(
        tile.isa == .avx512 ? .vpxord : .vxorps, sum, sum, .register(sum), width: width)
    }
  }

  /// Every sum with its place in y.
  private mutating func eachSum(
    _ body: (inout Assembler, Address, VectorRegister, VectorWidth) -> Void
  ) {
    let fields = MatrixArguments.offsets
    load(y, fields.y)
    for block in 0..<tile.blocks {
      if block > 0 {
        assembler.apply(.add, y, .based(arguments, displacement: fields.yStep))
      }
      for position in 0..<tile.positions {
        body(&assembler, .at(y, position * tile.vectorBytes), sum(position, block), width)
      }
    }
  }

  /// One term: an outer product of rows of a and a row of b.
  private mutating func add(_ term: Int) {
    for block in 0..<tile.blocks {
      assembler.vector(
        .vmovups, row(block), .memory(.at(b[block], term * tile.vectorBytes)), width: width)
    }
    for position in 0..<tile.positions {
      let number = Address.at(a, position * tile.vectorBytes + term * MemoryLayout<Float>.stride)
      if !tile.isa.broadcastsOperands {
        assembler.vector(.vbroadcastss, repeated, .memory(number), width: width)
      }
      for block in 0..<tile.blocks {
        assembler.vector(
          .vfmadd231ps, sum(position, block), row(block),
          tile.isa.broadcastsOperands ? .broadcast(number) : .register(repeated), width: width)
      }
    }
  }

  private mutating func load(_ register: GeneralRegister, _ field: Int32) {
    assembler.load(register, .based(arguments, displacement: field))
  }
}
