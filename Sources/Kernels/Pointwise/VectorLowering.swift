import Tensors
import X86

/// Makes the steps of a `VectorProgram` from a `RowProgram`.
struct VectorLowering {
  typealias Operand = VectorProgram.Operand

  let isa: VectorISA
  let repeated: Set<Int>
  let pinned: [UInt32]
  private(set) var slotCount: Int
  private(set) var channels: [Scalar] = []
  /// Numbers that an instruction could have found in a register.
  private(set) var loaded: [UInt32] = []
  var steps: [VectorProgram.Step] = []
  private var program = RowProgram()
  private var slots: [RowProgram.Row: Int] = [:]
  private var free: Set<Int> = []

  init(_ isa: VectorISA, repeated: Set<Int>, pinned: [UInt32]) {
    self.isa = isa
    self.repeated = repeated
    self.pinned = pinned
    slotCount = 1 + pinned.count
  }

  mutating func lower(
    _ first: RowProgram, _ second: RowProgram?
  ) throws(VectorProgram.Refusal) -> ([VectorProgram.Step], [VectorProgram.Step]?) {
    let steps = try lower(first)
    guard let second else { return (steps, nil) }
    return (steps, try lower(second))
  }

  private mutating func lower(
    _ program: RowProgram
  ) throws(VectorProgram.Refusal) -> [VectorProgram.Step] {
    self.program = program
    steps = []
    let readers = program.lastReaders
    slots = [:]
    free = Set(pinned.count + 1..<slotCount)
    if readers[.start] == nil { free.insert(0) } else { slots[.start] = 0 }
    for (index, instruction) in program.instructions.enumerated() {
      let isLast = index == program.instructions.count - 1
      let dying = slots.filter { readers[$0.key] == index }
      // The result replaces an operand that nobody reads any more, the first one if it can be.
      let reused = instruction.rows.lazy.compactMap { dying[$0] }.first
      let target = isLast ? 0 : reused ?? take()
      free.remove(target)
      try lower(instruction, into: target)
      for (row, slot) in dying {
        slots[row] = nil
        free.insert(slot)
      }
      free.remove(target)
      if readers[.value(index)] != nil || isLast {
        slots[.value(index)] = target
      } else {
        free.insert(target)
      }
    }
    return steps
  }

  private mutating func lower(
    _ instruction: RowProgram.Instruction, into target: Int
  ) throws(VectorProgram.Refusal) {
    switch instruction {
    case .copy(let source):
      load(target, operand(source))
    case .affine(let row, let slope, let intercept):
      affine(operand(.row(row)), constant(slope), constant(intercept), target)
    case .unary(.squareRoot, let row):
      scratch { $0.steps.append(.two(.vsqrtps, target, $0.readable($0.operand(.row(row))))) }
    case .unary(.exponential, let row): exponential(operand(.row(row)), target)
    case .unary(.hyperbolicTangent, let row): hyperbolicTangent(operand(.row(row)), target)
    case .unary(.power(let exponent), _):
      throw VectorProgram.Refusal(reason: "no instruction raises to the power \(exponent)")
    case .binary(let operation, let a, let b):
      binary(operation, operand(a), operand(b), target)
    }
  }

  // MARK: Instructions

  private mutating func affine(_ x: Operand, _ slope: Operand, _ intercept: Operand, _ target: Int)
  {
    if case .slot(let x) = x, x != target {
      load(target, intercept)
      scratch { $0.steps.append(.three(.vfmadd231ps, target, x, $0.readable(slope))) }
    } else {
      load(target, x)
      scratch {
        let factor = $0.register(slope)
        $0.steps.append(.three(.vfmadd213ps, target, factor, $0.readable(intercept)))
      }
    }
  }

  private mutating func binary(
    _ operation: RowProgram.Binary, _ a: Operand, _ b: Operand, _ target: Int
  ) {
    let instruction = operation.instruction
    switch operation {
    case .add, .multiply:
      let (first, other) = a.isSlot ? (a, b) : (b, a)
      scratch {
        let first = $0.register(first, or: target, beside: other)
        $0.steps.append(.three(instruction, target, first, $0.readable(other)))
      }
    case .subtract, .divide:
      scratch {
        let first = $0.register(a, or: target, beside: b)
        $0.steps.append(.three(instruction, target, first, $0.readable(b)))
      }
    case .minimum, .maximum: extreme(instruction, a, b, target)
    }
  }

  /// The instruction gives its last operand where either one is NaN (Intel SDM, volume 2, MAXPS).
  private mutating func extreme(
    _ instruction: VectorInstruction, _ a: Operand, _ b: Operand, _ target: Int
  ) {
    for (limit, value) in [(a, b), (b, a)] where limit.isNotNaN {
      return scratch {
        let limit = $0.register(limit, or: target, beside: value)
        $0.steps.append(.three(instruction, target, limit, $0.readable(value)))
      }
    }
    scratch {
      var (first, other) = a.isSlot ? (a, b) : (b, a)
      if other == .slot(target) { swap(&first, &other) }
      let slot = $0.register(first, or: target, beside: other)
      let last = $0.readable(other)
      if $0.isa == .avx512 {
        $0.load(target, .slot(slot))
        $0.steps.append(.keepNaN(of: slot))
        $0.steps.append(.three(instruction, target, slot, last))
      } else {
        let marks = $0.take()
        $0.steps.append(.markNaN(marks, of: slot))
        $0.steps.append(.three(instruction, target, slot, last))
        $0.steps.append(.three(.vorps, target, target, .slot(marks)))
        $0.free.insert(marks)
      }
    }
  }

  // MARK: Operands

  private mutating func operand(_ operand: RowProgram.Operand) -> Operand {
    switch operand {
    case .constant(let index): return constant(index)
    case .row(.input(let index)): return .input(index)
    case .row(let row):
      guard let slot = slots[row] else { preconditionFailure("a row is read while it is kept") }
      return .slot(slot)
    }
  }

  private mutating func constant(_ index: Int) -> Operand {
    let scalar = program.constants[index]
    if scalar.isNumber { return number(Float(scalar.number)) }
    if let known = channels.firstIndex(of: scalar) { return .channels(known) }
    channels.append(scalar)
    return .channels(channels.count - 1)
  }

  func number(_ value: Float) -> Operand { .number(value.bitPattern) }

  /// The slot that holds the operand already.
  private func holder(_ operand: Operand) -> Int? {
    switch operand {
    case .slot(let slot): slot
    case .number(let bits): pinned.firstIndex(of: bits).map { 1 + $0 }
    case .input, .channels: nil
    }
  }

  // MARK: Slots

  /// A slot that nothing is kept in.
  mutating func take() -> Int {
    guard let slot = free.min() else {
      slotCount += 1
      return slotCount - 1
    }
    free.remove(slot)
    return slot
  }

  private var borrowed: [Int] = []

  /// What the body loads is not kept after it.
  mutating func scratch(_ body: (inout VectorLowering) -> Void) {
    let outer = borrowed
    borrowed = []
    body(&self)
    free.formUnion(borrowed)
    borrowed = outer
  }

  /// A slot until the end of `scratch`.
  mutating func borrow() -> Int {
    let slot = take()
    borrowed.append(slot)
    return slot
  }

  /// The operand in a slot: its own, the target where the instruction does not read it otherwise, or
  /// one that is borrowed.
  mutating func register(
    _ operand: Operand, or target: Int? = nil, beside other: Operand? = nil
  ) -> Int {
    if let slot = holder(operand) { return slot }
    if case .number(let bits) = operand, !loaded.contains(bits) { loaded.append(bits) }
    let slot: Int
    if let target, other != .slot(target) { slot = target } else { slot = borrow() }
    steps.append(.load(slot, operand))
    return slot
  }

  /// Puts the operand in a slot where it is not there.
  mutating func load(_ slot: Int, _ operand: Operand) {
    let source = holder(operand).map { Operand.slot($0) } ?? operand
    if source != .slot(slot) { steps.append(.load(slot, source)) }
  }

  /// The operand in a form that an instruction reads.
  mutating func readable(_ operand: Operand) -> Operand {
    if let slot = holder(operand) { return .slot(slot) }
    guard case .input(let index) = operand, repeated.contains(index), !isa.broadcastsOperands
    else { return operand }
    return .slot(register(operand))
  }
}

extension VectorProgram.Operand {
  fileprivate var isSlot: Bool { if case .slot = self { true } else { false } }

  /// Whether it is known not to be NaN.
  fileprivate var isNotNaN: Bool {
    if case .number(let bits) = self { !Float(bitPattern: bits).isNaN } else { false }
  }
}

extension RowProgram.Binary {
  fileprivate var instruction: VectorInstruction {
    switch self {
    case .add: .vaddps
    case .subtract: .vsubps
    case .multiply: .vmulps
    case .divide: .vdivps
    case .minimum: .vminps
    case .maximum: .vmaxps
    }
  }
}
