import X86

extension PoolingTile {
  /// The function that computes one tile, tap by tap in the order of rows and columns.
  func code(isListed: Bool = false) -> Assembler {
    var emitter = PoolingEmitter(tile: self, assembler: Assembler(isListed: isListed))
    emitter.emit()
    return emitter.assembler
  }
}

/// Registers of the tile's function, and the function itself.
private struct PoolingEmitter {
  let tile: PoolingTile
  var assembler: Assembler

  private let arguments = GeneralRegister.rdi
  private let source = GeneralRegister.rsi
  private let destination = GeneralRegister.rdx
  private let tapsLeft = GeneralRegister.rcx
  private let rowsLeft = GeneralRegister.r8
  private let tapCount = GeneralRegister.r9
  private let tapStep = GeneralRegister.r10
  private let rowSkip = GeneralRegister.r11
  private let counts = GeneralRegister.rax

  init(tile: PoolingTile, assembler: Assembler) {
    self.tile = tile
    self.assembler = assembler
  }

  private var width: VectorWidth { tile.isa.width }
  private var isMasked: Bool { tile.isa == .avx512 }

  private func sum(_ position: Int) -> VectorRegister { VectorRegister(position) }

  private func squares(_ position: Int) -> VectorRegister {
    VectorRegister(tile.positions + position)
  }

  /// Registers after all sums, used in turn.
  private func temporary(_ position: Int) -> VectorRegister {
    VectorRegister(tile.isa.registerCount - 1 - position % 3)
  }

  private func mask(_ position: Int) -> MaskRegister { MaskRegister(1 + position % 7) }

  mutating func emit() {
    let fields = PoolingArguments.offsets
    for position in 0..<tile.positions {
      let initial = VectorOperand.memory(.based(arguments, displacement: fields.initial))
      assembler.vector(.vbroadcastss, sum(position), initial, width: width)
      if tile.gathering == .stochastic {
        assembler.vector(.vbroadcastss, squares(position), initial, width: width)
      }
    }
    load(source, fields.source)
    load(destination, fields.destination)
    load(rowsLeft, fields.rowCount)
    load(tapCount, fields.tapCount)
    load(tapStep, fields.tapStep)
    load(rowSkip, fields.rowSkip)
    let end = assembler.label()
    for count in [rowsLeft, tapCount] {
      assembler.apply(.cmp, count, 0)
      assembler.jump(.equal, to: end)
    }
    let row = assembler.here()
    assembler.move(tapsLeft, tapCount)
    let tap = assembler.here()
    for position in 0..<tile.positions { gather(position) }
    assembler.apply(.add, source, tapStep)
    assembler.countDown(tapsLeft, to: tap)
    assembler.apply(.add, source, rowSkip)
    assembler.countDown(rowsLeft, to: row)
    assembler.bind(end)
    if tile.gathering == .mean { load(counts, fields.counts) }
    for position in 0..<tile.positions {
      finish(position)
      if tile.isBF16 {
        assembler.vector(.vcvtneps2bf16, sum(position), .register(sum(position)), width: width)
      }
      assembler.store(
        .vmovupsStore, .memory(.at(destination, position * tile.columnBytes)), sum(position),
        width: tile.isBF16 ? .bits256 : width)
    }
    assembler.leave(Frame(writing: []))
  }

  /// One tap of one position.
  private mutating func gather(_ position: Int) {
    let (sum, temporary) = (sum(position), temporary(position))
    let place = Address.at(source, position * tile.stride * tile.columnBytes)
    if tile.isBF16 { assembler.widen(temporary, place, width: width) }
    let cell: VectorOperand = tile.isBF16 ? .register(temporary) : .memory(place)
    switch tile.gathering {
    case .largest where isMasked:
      // The maximum is its last operand where either is NaN; a NaN once found is kept.
      assembler.compare(
        .vcmpps, mask(position), sum, .register(sum), width: width, predicate: Self.isOrdered)
      assembler.vector(.vmaxps, sum, sum, cell, width: width, mask: Mask(mask(position)))
    case .largest:
      assembler.vector(
        .vcmppsVector, temporary, sum, .register(sum), width: width, immediate: Self.isUnordered)
      assembler.vector(.vmaxps, sum, sum, cell, width: width)
      // All bits set are a NaN.
      assembler.vector(.vorps, sum, sum, .register(temporary), width: width)
    case .mean:
      assembler.vector(.vaddps, sum, sum, cell, width: width)
    case .stochastic:
      if !tile.isBF16 { assembler.vector(.vmovups, temporary, cell, width: width) }
      assembler.vector(.vaddps, sum, sum, .register(temporary), width: width)
      assembler.vector(
        .vfmadd231ps, squares(position), temporary, .register(temporary), width: width)
    }
  }

  /// Leaves the result of a position in the register of its sum.
  private mutating func finish(_ position: Int) {
    let (sum, temporary) = (sum(position), temporary(position))
    switch tile.gathering {
    case .largest: break
    case .mean:
      let count = Address.at(counts, position * MemoryLayout<Float>.stride)
      assembler.vector(.vbroadcastss, temporary, .memory(count), width: width)
      assembler.vector(.vdivps, sum, sum, .register(temporary), width: width)
    case .stochastic:
      let squares = squares(position)
      assembler.vector(.vdivps, squares, squares, .register(sum), width: width)
      if isMasked {
        assembler.vector(.vpxord, temporary, temporary, .register(temporary), width: width)
        assembler.compare(
          .vcmpps, mask(position), sum, .register(temporary), width: width,
          predicate: Self.isNotEqual)
        assembler.vector(
          .vmovups, sum, .register(squares), width: width,
          mask: Mask(mask(position), zeroing: true))
      } else {
        assembler.vector(.vxorps, temporary, temporary, .register(temporary), width: width)
        assembler.vector(
          .vcmppsVector, temporary, sum, .register(temporary), width: width,
          immediate: Self.isEqual)
        assembler.vector(.vandnps, sum, temporary, .register(squares), width: width)
      }
    }
  }

  // Predicates of VCMPPS (Intel SDM, volume 2, table 3-1); not equal holds for NaN too.
  private static let isEqual: UInt8 = 0
  private static let isUnordered: UInt8 = 3
  private static let isNotEqual: UInt8 = 4
  private static let isOrdered: UInt8 = 7

  // MARK: Shorthands

  private mutating func load(_ register: GeneralRegister, _ field: Int32) {
    assembler.load(register, .based(arguments, displacement: field))
  }
}
