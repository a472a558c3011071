import X86

/// Writes the steps of a `VectorProgram` into a function.
///
/// `begin` comes before the first value, `apply` after each is complete, `finish` after the last
/// instruction of the function. Lanes without a channel get what their constants, zeros, make of
/// them. Mask k1 is written.
struct VectorEmitter {
  let program: VectorProgram
  private let temporaries: [VectorRegister]
  private var numbers: [UInt32: Label] = [:]

  /// `temporaries` are nobody else's from `begin` on.
  init(_ program: VectorProgram, temporaries: [VectorRegister]) {
    precondition(temporaries.count >= program.temporaries, "a register for every slot")
    self.program = program
    self.temporaries = temporaries
  }

  private var width: VectorWidth { program.isa.width }

  /// Loads the numbers that stay in registers.
  mutating func begin(_ assembler: inout Assembler) {
    for (index, bits) in program.pinned.enumerated() {
      load(temporaries[index], .number(bits), Value(accumulator: temporaries[index]), &assembler)
    }
  }

  /// Turns the value in the accumulator into the result, or that into the second result.
  ///
  /// `constants` is the first vector of the block in the table of constants. `input` says where the
  /// vector of an input lies, or its one float where it is repeated; `widened` has the registers that
  /// hold inputs in their place.
  mutating func apply(
    second: Bool = false, to accumulator: VectorRegister, constants: Address? = nil,
    widened: [Int: VectorRegister] = [:],
    input: @escaping (Int) -> Address = { _ in preconditionFailure("no input is read") },
    _ assembler: inout Assembler
  ) {
    let value = Value(
      accumulator: accumulator, constants: constants, widened: widened, input: input)
    var mask: Mask?
    for step in second ? program.second ?? [] : program.stages {
      switch step {
      case .load(let slot, let source):
        load(register(slot, value), source, value, &assembler)
      case .two(let instruction, let slot, let operand):
        assembler.vector(
          instruction, register(slot, value),
          self.operand(operand, value, &assembler), width: width)
      case .three(let instruction, let slot, let source, let operand):
        assembler.vector(
          instruction, register(slot, value), register(source, value),
          self.operand(operand, value, &assembler), width: width, mask: mask)
      case .round(let slot, let operand):
        assembler.vector(
          width == .bits512 ? .vrndscaleps : .vroundps, register(slot, value),
          self.operand(operand, value, &assembler), width: width, immediate: 0)
      case .markNaN(let slot, let source):
        let source = register(source, value)
        assembler.vector(
          .vcmppsVector, register(slot, value), source, .register(source), width: width,
          immediate: Comparison.unordered)
      case .keepNaN(let source):
        let source = register(source, value)
        let lanes = MaskRegister(1)
        assembler.compare(
          .vcmpps, lanes, source, .register(source), width: width,
          predicate: Comparison.ordered)
        mask = Mask(lanes)
        continue
      }
      mask = nil
    }
  }

  /// The numbers that instructions read.
  mutating func finish(_ assembler: inout Assembler) {
    assembler.align(width.byteCount)
    let copies = program.isa.broadcastsOperands ? 1 : program.isa.lanes
    for (bits, label) in numbers.sorted(by: { $0.key < $1.key }) {
      assembler.bind(label)
      assembler.constants([UInt32](repeating: bits, count: copies))
    }
  }

  // MARK: Operands

  /// One value on its way through the stages.
  private struct Value {
    let accumulator: VectorRegister
    var constants: Address?
    var widened: [Int: VectorRegister] = [:]
    var input: (Int) -> Address = { _ in preconditionFailure("no input is read") }
  }

  private func register(_ slot: Int, _ value: Value) -> VectorRegister {
    slot == 0 ? value.accumulator : temporaries[slot - 1]
  }

  private mutating func load(
    _ register: VectorRegister, _ source: VectorProgram.Operand, _ value: Value,
    _ assembler: inout Assembler
  ) {
    switch operand(source, value, &assembler) {
    case .broadcast(let address):
      assembler.vector(.vbroadcastss, register, .memory(address), width: width)
    case .memory(let address) where isRepeated(source):
      assembler.vector(.vbroadcastss, register, .memory(address), width: width)
    case let operand:
      assembler.vector(.vmovups, register, operand, width: width)
    }
  }

  private func isRepeated(_ operand: VectorProgram.Operand) -> Bool {
    if case .input(let index) = operand { program.repeated.contains(index) } else { false }
  }

  private mutating func operand(
    _ operand: VectorProgram.Operand, _ value: Value, _ assembler: inout Assembler
  ) -> VectorOperand {
    switch operand {
    case .slot(let slot): return .register(register(slot, value))
    case .input(let index):
      if let register = value.widened[index] { return .register(register) }
      let address = value.input(index)
      let repeats = program.repeated.contains(index) && program.isa.broadcastsOperands
      return repeats ? .broadcast(address) : .memory(address)
    case .channels(let index):
      guard let constants = value.constants else {
        preconditionFailure("constants of channels lie in a table")
      }
      return .memory(constants.advanced(by: index * width.byteCount))
    case .number(let bits):
      let label = numbers[bits] ?? assembler.label()
      numbers[bits] = label
      return program.isa.broadcastsOperands ? .broadcast(.label(label)) : .memory(.label(label))
    }
  }
}

/// Predicates of VCMPPS.
private enum Comparison {
  static let unordered: UInt8 = 3
  static let ordered: UInt8 = 7
}
