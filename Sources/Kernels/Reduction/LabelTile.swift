import X86

/// What the code that looks for the largest of some channels is made from: vectors of positions,
/// side by side.
struct LabelTile: Hashable, Sendable {
  let isa: VectorISA

  /// Vectors whose largest numbers and labels stay in registers.
  var vectors: Int { isa == .avx512 ? 8 : 4 }
  var positions: Int { vectors * isa.lanes }
  fileprivate var vectorBytes: Int { isa.lanes * MemoryLayout<Float>.stride }

  /// The function that looks at one channel after the other.
  func code(isListed: Bool = false) -> Assembler {
    var emitter = LabelEmitter(tile: self, assembler: Assembler(isListed: isListed))
    emitter.emit()
    return emitter.assembler
  }
}

/// What the code is called with; offsets are those of the fields.
struct LabelArguments: BitwiseCopyable {
  /// The positions of the first channel, and bytes to the next.
  var source: UInt
  var step: Int
  /// Channels, at least one.
  var count: Int
  /// The largest numbers so far and their channels; both are kept up to date.
  var largest: UInt
  var labels: UInt
  /// The number of the first channel, and 1.
  var first: Float
  var one: Float = 1

  static let offsets:
    (
      source: Int32, step: Int32, count: Int32, largest: Int32, labels: Int32, first: Int32,
      one: Int32
    ) = (0, 8, 16, 24, 32, 40, 44)
}

/// Registers of the tile's function, and the function itself.
private struct LabelEmitter {
  let tile: LabelTile
  var assembler: Assembler

  private let arguments = GeneralRegister.rdi
  private let source = GeneralRegister.rsi
  private let step = GeneralRegister.rdx
  private let left = GeneralRegister.rcx
  private let largest = GeneralRegister.r8
  private let labels = GeneralRegister.r9

  init(tile: LabelTile, assembler: Assembler) {
    self.tile = tile
    self.assembler = assembler
  }

  private var width: VectorWidth { tile.isa.width }
  private func best(_ vector: Int) -> VectorRegister { VectorRegister(vector) }
  private func label(_ vector: Int) -> VectorRegister { VectorRegister(tile.vectors + vector) }
  /// The present channel in every lane; then 1.
  private var number: VectorRegister { VectorRegister(2 * tile.vectors) }
  private var one: VectorRegister { VectorRegister(2 * tile.vectors + 1) }
  private func spare(_ index: Int) -> VectorRegister {
    VectorRegister(2 * tile.vectors + 2 + index)
  }

  mutating func emit() {
    let fields = LabelArguments.offsets
    load(source, fields.source)
    load(step, fields.step)
    load(left, fields.count)
    load(largest, fields.largest)
    load(labels, fields.labels)
    for (register, field) in [(number, fields.first), (one, fields.one)] {
      let place = VectorOperand.memory(.based(arguments, displacement: field))
      assembler.vector(.vbroadcastss, register, place, width: width)
    }
    for vector in 0..<tile.vectors {
      assembler.vector(.vmovups, best(vector), .memory(at(largest, vector)), width: width)
      assembler.vector(.vmovups, label(vector), .memory(at(labels, vector)), width: width)
    }
    let top = assembler.here()
    for vector in 0..<tile.vectors { tile.isa == .avx512 ? lookMasked(vector) : look(vector) }
    assembler.vector(.vaddps, number, number, .register(one), width: width)
    assembler.apply(.add, source, step)
    assembler.countDown(left, to: top)
    for vector in 0..<tile.vectors {
      assembler.store(
        .vmovupsStore, .memory(at(largest, vector)), best(vector), width: width)
      assembler.store(.vmovupsStore, .memory(at(labels, vector)), label(vector), width: width)
    }
    assembler.leave(Frame(writing: []))
  }

  // Predicates of VCMPPS (Intel SDM, volume 2, table 3-1): not at most, which holds for NaN too.
  private static let isUnordered: UInt8 = 3
  private static let isNotAtMost: UInt8 = 6
  private static let isOrdered: UInt8 = 7

  /// One vector of a channel: where it is larger, or the first NaN, it is the best.
  private mutating func lookMasked(_ vector: Int) {
    let (best, label) = (best(vector), label(vector))
    let (value, chosen) = (spare(vector % 4), spare(4 + vector % 4))
    let larger = MaskRegister(1 + vector % 3)
    let missing = MaskRegister(4 + vector % 3)
    assembler.vector(.vmovups, value, .memory(at(source, vector)), width: width)
    assembler.compare(
      .vcmpps, larger, value, .register(best), width: width, predicate: Self.isNotAtMost)
    assembler.compare(
      .vcmpps, missing, best, .register(best), width: width, predicate: Self.isUnordered)
    // What was no number stays, with its label.
    assembler.vector(
      .vblendmps, chosen, number, .register(label), width: width, mask: Mask(missing))
    assembler.vector(.vmovups, label, .register(chosen), width: width, mask: Mask(larger))
    assembler.vector(
      .vblendmps, value, value, .register(best), width: width, mask: Mask(missing))
    assembler.vector(.vmovups, best, .register(value), width: width, mask: Mask(larger))
  }

  private mutating func look(_ vector: Int) {
    let (best, label) = (best(vector), label(vector))
    let (value, larger, other) = (spare(0), spare(1), spare(2))
    assembler.vector(.vmovups, value, .memory(at(source, vector)), width: width)
    assembler.vector(
      .vcmppsVector, larger, value, .register(best), width: width, immediate: Self.isNotAtMost)
    assembler.vector(
      .vcmppsVector, other, best, .register(best), width: width, immediate: Self.isOrdered)
    assembler.vector(.vandps, larger, larger, .register(other), width: width)
    for (old, new) in [(best, value), (label, number)] {
      assembler.vector(.vandps, other, larger, .register(new), width: width)
      assembler.vector(.vandnps, old, larger, .register(old), width: width)
      assembler.vector(.vorps, old, old, .register(other), width: width)
    }
  }

  private mutating func load(_ register: GeneralRegister, _ field: Int32) {
    assembler.load(register, .based(arguments, displacement: field))
  }

  private func at(_ register: GeneralRegister, _ vector: Int) -> Address {
    .at(register, vector * tile.vectorBytes)
  }
}
