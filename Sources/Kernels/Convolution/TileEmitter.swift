import Tensors
import X86

/// Writes the function of a tile: the frame and loops of every kind of tile, the beginning and the
/// end of its sums. What kinds of tiles differ in is `accumulate`.
struct TileEmitter {
  let form: TileForm
  var assembler: Assembler

  /// What is left for the sums' vectors besides them: those from here on.
  let firstFree: Int
  /// The cell of the source that the first position reads, and the place of its result.
  static let tileSource = GeneralRegister.r11
  private static let place = GeneralRegister.rax
  private static let tilesLeft = GeneralRegister.rbx
  private static let arguments = GeneralRegister.rdi
  /// Free for `accumulate`, and for addresses in the ending.
  static let free: [GeneralRegister] = [.rsi, .rdx, .rcx, .r8, .r9, .r10, .rbp, .r12, .r13, .r14]
  private let frame = Frame(writing: [.rbx, .rbp, .r12, .r13, .r14])
  /// What `tileSource` lies ahead of the cell, so that short displacements reach further.
  let lead: Int
  private var ending: TileEndingEmitter?

  init(_ form: TileForm, isListed: Bool) {
    self.form = form
    assembler = Assembler(isListed: isListed)
    firstFree = form.positions * form.blocks
    lead = form.positions * form.sourceStep > 512 ? 512 : 0
    ending = form.ending.program.map { TileEndingEmitter($0, form) }
  }

  var width: VectorWidth { form.isa.width }

  func sum(_ position: Int, _ block: Int) -> VectorRegister {
    VectorRegister(position * form.blocks + block)
  }

  /// The vector registers that hold no sums, the last one first.
  func spare(_ index: Int) -> VectorRegister {
    VectorRegister(form.isa.registerCount - 1 - index)
  }

  // MARK: The function

  mutating func emit(_ accumulate: (inout TileEmitter) -> Void) {
    assembler.enter(frame)
    let line = assembler.here()
    load(Self.tileSource, \.source)
    advance(Self.tileSource, lead)
    load(Self.place, \.place)
    load(Self.tilesLeft, \.tileCount)
    let tile = assembler.here()
    begin()
    let end = assembler.label()
    compare(\.rowCount, 0)
    assembler.jump(.equal, to: end)
    accumulate(&self)
    assembler.bind(end)
    finish()
    advance(Self.tileSource, form.positions * form.sourceStep)
    advance(Self.place, form.positions * form.destinationStep * form.placeBytes / 4)
    assembler.countDown(Self.tilesLeft, to: tile)

    let register = Self.free[0]
    for (field, step) in [
      (\TileArguments.source, \TileArguments.lineSource), (\.place, \.linePlace),
    ] {
      load(register, field)
      assembler.apply(.add, register, argument(step))
      assembler.store(argument(field), register)
    }
    load(register, \.lineCount)
    assembler.apply(.sub, register, 1)
    assembler.store(argument(\.lineCount), register)
    assembler.jump(.notEqual, to: line)
    assembler.leave(frame)
    ending?.finish(&assembler)
  }

  /// Where sums that are not complete lie.
  private var sums: KeyPath<TileArguments, Int> {
    form.result == .fp32 ? \.destination : \.sums
  }

  /// Sums begin with the bias, or with those of other inputs.
  private mutating func begin() {
    let (fresh, end) = (assembler.label(), assembler.label())
    compare(\.continues, 0)
    assembler.jump(.equal, to: fresh)
    eachCell(\.start, .fp32, step: \.startBlock) { emitter, position, block, cell in
      emitter.vector(.vmovups, emitter.sum(position, block), .memory(cell))
    }
    assembler.jump(to: end)
    assembler.bind(fresh)
    eachCell(\.destination, form.result) { emitter, _, _, cell in
      emitter.assembler.prefetch(cell, toWrite: true)
    }
    load(Self.free[0], \.bias)
    for block in 0..<form.blocks {
      vector(.vmovups, sum(0, block), .memory(.at(Self.free[0], block * form.vectorBytes)))
    }
    for position in 1..<max(1, form.positions) {
      for block in 0..<form.blocks {
        vector(.vmovups, sum(position, block), .register(sum(0, block)))
      }
    }
    assembler.bind(end)
  }

  private mutating func finish() {
    let (incomplete, end) = (assembler.label(), assembler.label())
    if ending != nil || form.result != .fp32 {
      compare(\.isLast, 0)
      assembler.jump(.equal, to: incomplete)
      if var ending {
        ending.emit(&self)
        self.ending = ending
      } else {
        store(\.destination)
      }
      assembler.jump(to: end)
    }
    assembler.bind(incomplete)
    if form.result == .fp32 {
      store(\.destination)
    } else {
      eachCell(\.sums, .fp32) { emitter, position, block, cell in
        emitter.assembler.store(
          .vmovupsStore, .memory(cell), emitter.sum(position, block), width: emitter.width)
      }
    }
    assembler.bind(end)
  }

  /// Stores the sums into a map of the form of the result.
  mutating func store(_ base: KeyPath<TileArguments, Int>) {
    eachCell(base, form.result) { emitter, position, block, cell in
      emitter.store(cell, position, block)
    }
  }

  private mutating func store(_ cell: Address, _ position: Int, _ block: Int) {
    var sum = sum(position, block)
    var width = width
    if form.isMasked && position == 0 { loadMask(block) }
    if form.result == .bf16 {
      vector(.vcvtneps2bf16, spare(0), .register(sum))
      (sum, width) = (spare(0), width.half)
    }
    guard form.isMasked else {
      assembler.store(.vmovupsStore, .memory(cell), sum, width: width)
      return
    }
    let (mask, other) = (spare(0), spare(1))
    if form.isa == .avx512 {
      assembler.store(
        .vmovupsStore, .memory(cell), sum, width: width, mask: Mask(MaskRegister(1)))
    } else {
      vector(.vandps, sum, mask, .register(sum))
      vector(.vandnps, other, mask, .memory(cell))
      vector(.vorps, sum, sum, .register(other))
      assembler.store(.vmovupsStore, .memory(cell), sum, width: width)
    }
  }

  /// Which floats of a block of the result are stored: in a vector, and under AVX-512 in k1.
  private mutating func loadMask(_ block: Int) {
    let (mask, zero) = (spare(0), spare(1))
    load(Self.free[2], \.masks)
    vector(.vmovups, mask, .memory(.at(Self.free[2], block * form.vectorBytes)))
    guard form.isa == .avx512 else { return }
    vector(.vpxord, zero, zero, .register(zero))
    assembler.compare(
      .vcmpps, MaskRegister(1), mask, .register(zero), width: width, predicate: 3)
  }

  /// Every cell of the tile in a map of the form of the result.
  private mutating func eachCell(
    _ base: KeyPath<TileArguments, Int>, _ numbers: Precision,
    step: KeyPath<TileArguments, Int>? = nil,
    _ body: (inout TileEmitter, Int, Int, Address) -> Void
  ) {
    let register = Self.free[0]
    load(register, base)
    for block in 0..<form.blocks {
      if block > 0 {
        if let step {
          assembler.apply(.add, register, argument(step))
        } else {
          nextBlock(register, numbers)
        }
      }
      for position in 0..<form.positions {
        body(&self, position, block, cell(register, position, numbers))
      }
    }
  }

  /// From one block of a map of the form of the result to the next.
  mutating func nextBlock(_ register: GeneralRegister, _ numbers: Precision) {
    assembler.apply(
      .add, register, argument(numbers == .fp32 ? \.destinationBlock : \.narrowBlock))
  }

  /// The cell of a position in the block of a map of the form of the result.
  func cell(_ base: GeneralRegister, _ position: Int, _ numbers: Precision) -> Address {
    .based(
      base, index: .init(Self.place, numbers.byteCount > form.placeBytes ? .two : .one),
      displacement: Int32(position * form.destinationStep * numbers.byteCount / 4))
  }

  // MARK: Shorthands

  mutating func vector(
    _ instruction: VectorInstruction, _ destination: VectorRegister, _ operand: VectorOperand
  ) {
    assembler.vector(instruction, destination, operand, width: width)
  }

  mutating func vector(
    _ instruction: VectorInstruction, _ destination: VectorRegister, _ source: VectorRegister,
    _ operand: VectorOperand
  ) {
    assembler.vector(instruction, destination, source, operand, width: width)
  }

  func argument(_ field: KeyPath<TileArguments, Int>) -> Address {
    .based(Self.arguments, displacement: TileArguments.offset(field))
  }

  mutating func load(_ register: GeneralRegister, _ field: KeyPath<TileArguments, Int>) {
    assembler.load(register, argument(field))
  }

  /// Compares an argument with a number, by way of a register that nothing keeps a value in.
  mutating func compare(_ field: KeyPath<TileArguments, Int>, _ value: Int32) {
    load(Self.free[5], field)
    assembler.apply(.cmp, Self.free[5], value)
  }

  mutating func advance(_ register: GeneralRegister, _ bytes: Int) {
    if bytes != 0 { assembler.apply(.add, register, Int32(bytes)) }
  }
}
