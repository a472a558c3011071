import Glibc
import Tensors

/// An expression as a list of instructions on rows of floats.
///
/// What no input reaches is a constant of the channel, computed once in double; sums and products
/// with constants become one multiplication and one addition.
struct RowProgram: Sendable {
  enum Row: Hashable, Sendable {
    case input(Int)
    case temporary(Int)
  }

  enum Operand: Sendable {
    case row(Row)
    /// Index into `constants`.
    case constant(Int)
  }

  enum Unary: Sendable {
    case exponential, squareRoot, hyperbolicTangent
    case power(Double)
  }

  enum Binary: Sendable {
    case add, subtract, multiply, divide, minimum, maximum
  }

  /// Each writes a temporary row; the last one writes the result.
  enum Instruction: Sendable {
    /// row · slope + intercept, constants by index
    case affine(Row, slope: Int, intercept: Int)
    case unary(Unary, Row)
    case binary(Binary, Operand, Operand)
    case fill(Int)
  }

  private(set) var instructions: [(into: Int, Instruction)] = []
  /// Expressions without inputs, one number a channel.
  private(set) var constants: [Scalar] = []
  private(set) var temporaryCount = 0
  private var free: [Int] = []

  init(_ expression: Scalar) {
    let term = compile(expression)
    switch term {
    case .constant(let scalar): emit(.fill(constant(scalar)), using: [])
    case .affine(.temporary, nil, nil): break
    case .affine(let row, let slope, let intercept):
      emit(affine(row, slope, intercept), using: [row])
    }
  }

  /// The constants at a channel.
  func constants(_ parameters: [TensorView], channel: Int) -> [Float] {
    constants.map { Float($0.value { Double(parameters[$0][channel]) }) }
  }

  // MARK: Compilation

  /// The value of a part: a constant of the channel, or row · slope + intercept.
  private enum Term {
    case constant(Scalar)
    case affine(Row, Scalar?, Scalar?)
  }

  private mutating func compile(_ scalar: Scalar) -> Term {
    guard scalar.inputCount > 0 else { return .constant(scalar) }
    switch scalar {
    case .input(let index): return .affine(.input(index), nil, nil)
    case .parameter, .constant: return .constant(scalar)
    case .add(let a, let b): return sum(compile(a), compile(b), .add)
    case .subtract(let a, let b): return sum(compile(a), compile(b), .subtract)
    case .multiply(let a, let b): return product(compile(a), compile(b))
    case .divide(let a, let b): return quotient(compile(a), compile(b))
    case .negate(let a): return product(compile(a), .constant(.constant(-1)))
    case .minimum(let a, let b): return joined(.minimum, compile(a), compile(b))
    case .maximum(let a, let b): return joined(.maximum, compile(a), compile(b))
    case .exponential(let a): return applied(.exponential, compile(a))
    case .squareRoot(let a): return applied(.squareRoot, compile(a))
    case .hyperbolicTangent(let a): return applied(.hyperbolicTangent, compile(a))
    case .power(let a, let exponent): return applied(.power(exponent), compile(a))
    }
  }

  private mutating func sum(_ a: Term, _ b: Term, _ operation: Binary) -> Term {
    let isSum = operation == .add
    switch (a, b) {
    case (.affine(let row, let slope, let intercept), .constant(let c)):
      let zero = intercept ?? .constant(0)
      return .affine(row, slope, isSum ? .add(zero, c) : .subtract(zero, c))
    case (.constant(let c), .affine(let row, let slope, let intercept)):
      guard !isSum else { return .affine(row, slope, .add(c, intercept ?? .constant(0))) }
      return .affine(row, .negate(slope ?? .constant(1)), .subtract(c, intercept ?? .constant(0)))
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
    let (first, second) = (operand(a), operand(b))
    let rows = [first, second].compactMap { if case .row(let row) = $0 { row } else { nil } }
    return .affine(emit(.binary(operation, first, second), using: rows), nil, nil)
  }

  private mutating func applied(_ operation: Unary, _ a: Term) -> Term {
    guard case .row(let row) = operand(a) else {
      preconditionFailure("a part that reads an input is a row")
    }
    return .affine(emit(.unary(operation, row), using: [row]), nil, nil)
  }

  private mutating func operand(_ term: Term) -> Operand {
    switch term {
    case .constant(let scalar): return .constant(constant(scalar))
    case .affine(let row, nil, nil): return .row(row)
    case .affine(let row, let slope, let intercept):
      return .row(emit(affine(row, slope, intercept), using: [row]))
    }
  }

  private mutating func affine(_ row: Row, _ slope: Scalar?, _ intercept: Scalar?) -> Instruction {
    .affine(
      row, slope: constant(slope ?? .constant(1)), intercept: constant(intercept ?? .constant(0)))
  }

  private mutating func constant(_ scalar: Scalar) -> Int {
    constants.append(scalar)
    return constants.count - 1
  }

  /// An instruction into a row that is free once it has read its own.
  @discardableResult
  private mutating func emit(_ instruction: Instruction, using rows: [Row]) -> Row {
    for case .temporary(let index) in rows where !free.contains(index) { free.append(index) }
    let target: Int
    if let index = free.popLast() {
      target = index
    } else {
      target = temporaryCount
      temporaryCount += 1
    }
    instructions.append((target, instruction))
    return .temporary(target)
  }
}

extension Scalar {
  /// The value where no input is read.
  func value(_ parameter: (Int) -> Double) -> Double {
    switch self {
    case .input: preconditionFailure("a constant reads no input")
    case .parameter(let index): parameter(index)
    case .constant(let value): value
    case .add(let a, let b): a.value(parameter) + b.value(parameter)
    case .subtract(let a, let b): a.value(parameter) - b.value(parameter)
    case .multiply(let a, let b): a.value(parameter) * b.value(parameter)
    case .divide(let a, let b): a.value(parameter) / b.value(parameter)
    case .minimum(let a, let b): Self.least(a.value(parameter), b.value(parameter))
    case .maximum(let a, let b): -Self.least(-a.value(parameter), -b.value(parameter))
    case .negate(let a): -a.value(parameter)
    case .exponential(let a): exp(a.value(parameter))
    case .squareRoot(let a): a.value(parameter).squareRoot()
    case .hyperbolicTangent(let a): tanh(a.value(parameter))
    case .power(let a, let exponent): pow(a.value(parameter), exponent)
    }
  }

  /// NaN where either side is.
  private static func least(_ a: Double, _ b: Double) -> Double { a.isNaN || a < b ? a : b }
}
