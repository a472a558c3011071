import Tensors

/// Pointwise expressions, one after the other, as a list of instructions on rows of floats.
///
/// What no row reaches is a constant of the channel, computed once in double; sums and products with
/// constants become one multiplication and one addition. Swift runs it over rows in memory,
/// `VectorProgram` turns it into machine code.
struct RowProgram: Hashable, Sendable {
  enum Row: Hashable, Sendable {
    /// The value so far, which the stages of an epilogue go on from.
    case start
    case input(Int)
    /// What an instruction made.
    case value(Int)
  }

  enum Operand: Hashable, Sendable {
    case row(Row)
    /// Index into `constants`.
    case constant(Int)
  }

  enum Unary: Hashable, Sendable {
    case exponential, squareRoot, hyperbolicTangent
    case power(Double)
  }

  enum Binary: Hashable, Sendable {
    case add, subtract, multiply, divide, minimum, maximum
  }

  enum Instruction: Hashable, Sendable {
    case copy(Operand)
    /// row · slope + intercept, constants by index
    case affine(Row, slope: Int, intercept: Int)
    case unary(Unary, Row)
    /// Of at least one row.
    case binary(Binary, Operand, Operand)
  }

  /// The last one makes the result.
  private(set) var instructions: [Instruction] = []
  /// Expressions without inputs: numbers, and numbers a channel.
  private(set) var constants: [Scalar] = []
  /// What has been emitted, while stages are compiled.
  private var known: [Instruction: Int] = [:]
  private var knownConstants: [Scalar: Int] = [:]

  /// The expression of inputs, or the value so far where there is none, and then the stages of an
  /// epilogue: their input 0 is the value so far, the others are inputs from `inputs` on.
  init(_ expression: Scalar? = nil, then stages: [Scalar] = [], inputs: Int = 0) {
    var term = Term.affine(.start, nil, nil)
    if let expression { term = compile(expression) { .affine(.input($0), nil, nil) } }
    for (index, stage) in stages.enumerated() {
      // A sum that is read more than once is computed once; others grow with every stage.
      if stage.reads(input: 0) > 1 || index % 16 == 15 { term = plain(term) }
      let first = term
      term = compile(stage) { $0 == 0 ? first : .affine(.input(inputs + $0 - 1), nil, nil) }
    }
    let result = operand(term)
    if instructions.isEmpty || result != .row(.value(instructions.count - 1)) {
      instructions.append(.copy(result))
    }
    (known, knownConstants) = ([:], [:])
  }

  /// The instruction that reads each row last.
  var lastReaders: [Row: Int] {
    var readers: [Row: Int] = [:]
    for (index, instruction) in instructions.enumerated() {
      for row in instruction.rows { readers[row] = index }
    }
    return readers
  }

  // MARK: Compilation

  /// The value of a part: a constant of the channel, or row · slope + intercept.
  private enum Term {
    case constant(Scalar)
    case affine(Row, Scalar?, Scalar?)
  }

  private mutating func compile(_ scalar: Scalar, _ input: (Int) -> Term) -> Term {
    switch scalar {
    case .input(let index): return input(index)
    case .parameter, .constant: return .constant(scalar)
    case .add(let a, let b): return sum(compile(a, input), compile(b, input), .add)
    case .subtract(let a, let b): return sum(compile(a, input), compile(b, input), .subtract)
    case .multiply(let a, let b): return product(compile(a, input), compile(b, input))
    case .divide(let a, let b): return quotient(compile(a, input), compile(b, input))
    case .negate(let a): return product(compile(a, input), .constant(.constant(-1)))
    case .minimum(let a, let b): return joined(.minimum, compile(a, input), compile(b, input))
    case .maximum(let a, let b): return joined(.maximum, compile(a, input), compile(b, input))
    case .exponential(let a): return applied(.exponential, compile(a, input))
    case .squareRoot(let a): return applied(.squareRoot, compile(a, input))
    case .hyperbolicTangent(let a): return applied(.hyperbolicTangent, compile(a, input))
    case .power(let a, let exponent): return power(compile(a, input), exponent)
    }
  }

  private mutating func sum(_ a: Term, _ b: Term, _ operation: Binary) -> Term {
    let isSum = operation == .add
    switch (a, b) {
    case (.affine(let row, let slope, let intercept), .constant(let c)):
      guard let intercept else { return .affine(row, slope, isSum ? c : .negate(c)) }
      return .affine(row, slope, isSum ? .add(intercept, c) : .subtract(intercept, c))
    case (.constant(let c), .affine(let row, let slope, let intercept)):
      guard !isSum else { return .affine(row, slope, intercept.map { .add(c, $0) } ?? c) }
      return .affine(
        row, .negate(slope ?? .constant(1)), intercept.map { .subtract(c, $0) } ?? c)
    default: return joined(operation, a, b)
    }
  }

  private mutating func product(_ a: Term, _ b: Term) -> Term {
    switch (a, b) {
    case (.affine(let row, let slope, let intercept), .constant(let c)),
      (.constant(let c), .affine(let row, let slope, let intercept)):
      return .affine(row, slope.map { .multiply($0, c) } ?? c, intercept.map { .multiply($0, c) })
    default: return joined(.multiply, a, b)
    }
  }

  private mutating func quotient(_ a: Term, _ b: Term) -> Term {
    guard case .affine(let row, let slope, let intercept) = a, case .constant(let c) = b else {
      return joined(.divide, a, b)
    }
    return .affine(row, .divide(slope ?? .constant(1), c), intercept.map { .divide($0, c) })
  }

  private mutating func joined(_ operation: Binary, _ a: Term, _ b: Term) -> Term {
    if case .constant(let a) = a, case .constant(let b) = b {
      return .constant(operation.scalar(a, b))
    }
    return .affine(emit(.binary(operation, operand(a), operand(b))), nil, nil)
  }

  private mutating func applied(_ operation: Unary, _ a: Term) -> Term {
    switch operand(a) {
    case .constant(let index): .constant(operation.scalar(constants[index]))
    case .row(let row): .affine(emit(.unary(operation, row)), nil, nil)
    }
  }

  /// Small whole exponents are products.
  private mutating func power(_ a: Term, _ exponent: Double) -> Term {
    guard case .affine = a, (1...4).contains(exponent), exponent == exponent.rounded() else {
      return applied(.power(exponent), a)
    }
    let base = plain(a)
    switch exponent {
    case 1: return base
    case 2: return product(base, base)
    case 3: return product(product(base, base), base)
    default:
      let square = product(base, base)
      return product(square, square)
    }
  }

  /// The term as a row, or a constant.
  private mutating func plain(_ term: Term) -> Term {
    switch operand(term) {
    case .constant: term
    case .row(let row): .affine(row, nil, nil)
    }
  }

  private mutating func operand(_ term: Term) -> Operand {
    switch term {
    case .constant(let scalar): .constant(constant(scalar))
    case .affine(let row, nil, nil): .row(row)
    case .affine(let row, let slope?, nil):
      .row(emit(.binary(.multiply, .row(row), .constant(constant(slope)))))
    case .affine(let row, nil, let intercept?):
      .row(emit(.binary(.add, .row(row), .constant(constant(intercept)))))
    case .affine(let row, let slope?, let intercept?):
      .row(emit(.affine(row, slope: constant(slope), intercept: constant(intercept))))
    }
  }

  private mutating func constant(_ scalar: Scalar) -> Int {
    if let index = knownConstants[scalar] { return index }
    constants.append(scalar)
    knownConstants[scalar] = constants.count - 1
    return constants.count - 1
  }

  private mutating func emit(_ instruction: Instruction) -> Row {
    if let index = known[instruction] { return .value(index) }
    instructions.append(instruction)
    known[instruction] = instructions.count - 1
    return .value(instructions.count - 1)
  }
}

extension RowProgram {
  /// The multiplication and the addition that the stages come to, where they are no more than that.
  static func affine(_ stages: [Scalar]) -> (slope: Scalar, intercept: Scalar)? {
    let program = RowProgram(then: stages)
    guard program.instructions.count == 1 else { return nil }
    let constants = program.constants
    return switch program.instructions[0] {
    case .copy(.row(.start)): (.constant(1), .constant(0))
    case .affine(.start, let slope, let intercept): (constants[slope], constants[intercept])
    case .binary(.multiply, .row(.start), .constant(let slope)): (constants[slope], .constant(0))
    case .binary(.add, .row(.start), .constant(let intercept)):
      (.constant(1), constants[intercept])
    default: nil
    }
  }
}

extension RowProgram.Instruction {
  /// The rows that it reads.
  var rows: [RowProgram.Row] {
    let operands: [RowProgram.Operand] =
      switch self {
      case .copy(let operand): [operand]
      case .affine(let row, _, _), .unary(_, let row): [.row(row)]
      case .binary(_, let a, let b): [a, b]
      }
    return operands.compactMap { if case .row(let row) = $0 { row } else { nil } }
  }
}

extension RowProgram.Binary {
  fileprivate func scalar(_ a: Scalar, _ b: Scalar) -> Scalar {
    switch self {
    case .add: .add(a, b)
    case .subtract: .subtract(a, b)
    case .multiply: .multiply(a, b)
    case .divide: .divide(a, b)
    case .minimum: .minimum(a, b)
    case .maximum: .maximum(a, b)
    }
  }
}

extension RowProgram.Unary {
  fileprivate func scalar(_ a: Scalar) -> Scalar {
    switch self {
    case .exponential: .exponential(a)
    case .squareRoot: .squareRoot(a)
    case .hyperbolicTangent: .hyperbolicTangent(a)
    case .power(let exponent): .power(a, exponent)
    }
  }
}

extension Scalar {
  /// How often an input is read.
  fileprivate func reads(input index: Int) -> Int {
    if case .input(index) = self { return 1 }
    return operands.reduce(0) { $0 + $1.reads(input: index) }
  }
}
