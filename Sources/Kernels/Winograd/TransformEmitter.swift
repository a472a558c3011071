import X86

/// What the functions of both transforms are written with: registers, and sums with constant
/// coefficients. An operand that is nil is zero.
struct TransformEmitter {
  let isa: VectorISA
  var assembler: Assembler
  private var free: [VectorRegister]
  /// By the size of the coefficient.
  private var coefficients: [(size: Double, register: VectorRegister, label: Label)] = []

  /// `spare` registers, the last ones, are left alone.
  init(_ isa: VectorISA, spare: Int = 0, isListed: Bool) {
    self.isa = isa
    assembler = Assembler(isListed: isListed)
    free = (0..<isa.registerCount - spare).reversed().map { VectorRegister($0) }
  }

  var vectorBytes: Int { isa.width.byteCount }

  mutating func take() -> VectorRegister {
    guard let register = free.popLast() else {
      preconditionFailure("transforms fit into the registers")
    }
    return register
  }

  mutating func give(_ register: VectorRegister?) {
    if let register { free.append(register) }
  }

  /// Loads what products of these matrices are multiplied by.
  mutating func begin(_ matrix: [[Double]]) {
    let sizes = Set(matrix.joined().map(\.magnitude)).subtracting([0, 1])
    for size in sizes.sorted() {
      let (register, label) = (take(), assembler.label())
      assembler.vector(.vbroadcastss, register, .memory(.label(label)), width: isa.width)
      coefficients.append((size, register, label))
    }
  }

  /// The numbers, after the last instruction.
  mutating func finish() {
    assembler.align(MemoryLayout<Float>.alignment)
    for (size, _, label) in coefficients {
      assembler.bind(label)
      assembler.constants([Float(size).bitPattern])
    }
  }

  /// The sum of operands times their coefficients in a register of its own.
  mutating func sum(_ terms: [(Double, VectorOperand?)]) -> VectorRegister? {
    var terms = terms.compactMap { factor, operand in
      operand.flatMap { factor == 0 ? nil : (factor, $0) }
    }
    guard !terms.isEmpty else { return nil }
    let sum = take()
    if let plain = terms.firstIndex(where: { $0.0 == 1 }) {
      assembler.vector(.vmovups, sum, terms.remove(at: plain).1, width: isa.width)
    } else {
      clear(sum)
    }
    for (factor, operand) in terms {
      switch factor {
      case 1: vector(.vaddps, sum, sum, operand)
      case -1: vector(.vsubps, sum, sum, operand)
      default:
        let instruction: VectorInstruction = factor < 0 ? .vfnmadd231ps : .vfmadd231ps
        vector(instruction, sum, coefficient(factor.magnitude), operand)
      }
    }
    return sum
  }

  /// a + b and a − b in place of a and b; nil where both are.
  mutating func butterfly(
    _ a: VectorRegister?, _ b: VectorRegister?
  ) -> (VectorRegister?, VectorRegister?) {
    guard a != nil || b != nil else { return (nil, nil) }
    let (a, b) = (a ?? zero(), b ?? zero())
    let sum = take()
    vector(.vaddps, sum, a, .register(b))
    vector(.vsubps, b, a, .register(b))
    give(a)
    return (sum, b)
  }

  mutating func zero() -> VectorRegister {
    let register = take()
    clear(register)
    return register
  }

  private mutating func clear(_ register: VectorRegister) {
    let instruction: VectorInstruction = isa == .avx512 ? .vpxord : .vxorps
    vector(instruction, register, register, .register(register))
  }

  mutating func vector(
    _ instruction: VectorInstruction, _ destination: VectorRegister, _ source: VectorRegister,
    _ operand: VectorOperand
  ) {
    assembler.vector(instruction, destination, source, operand, width: isa.width)
  }

  mutating func store(_ register: VectorRegister, _ address: Address) {
    assembler.store(.vmovupsStore, .memory(address), register, width: isa.width)
  }

  /// Stores them rounded to bfloat16 numbers, in half the bytes.
  mutating func storeRounded(_ register: VectorRegister, _ address: Address) {
    let rounded = take()
    assembler.vector(.vcvtneps2bf16, rounded, .register(register), width: isa.width)
    assembler.store(.vmovupsStore, .memory(address), rounded, width: isa.width.half)
    give(rounded)
  }

  private func coefficient(_ size: Double) -> VectorRegister {
    guard let known = coefficients.first(where: { $0.size == size }) else {
      preconditionFailure("coefficients are those of the matrix")
    }
    return known.register
  }
}
