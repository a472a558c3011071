import Glibc

/// Evaluates expressions for a row of positions at a time, in double.
struct ScalarRows {
  /// The numbers of one input along the row.
  struct Input {
    let view: TensorView
    let start: Int
    let step: Int
  }

  var inputs: [Input] = []
  /// The parameters at the row's channel.
  var parameters: [Double] = []
  /// Positions in the row; at most the capacity.
  var count = 0
  private let capacity: Int
  /// One row for every operand that waits for another.
  private var values: [Double]

  init(depth: Int, capacity: Int) {
    self.capacity = capacity
    values = [Double](repeating: 0, count: depth * capacity)
  }

  /// The result at a position.
  subscript(position: Int) -> Double { values[position] }

  /// Leaves the value of the expression in row `depth`; rows after it are overwritten.
  mutating func evaluate(_ scalar: Scalar, _ depth: Int) {
    for (index, operand) in scalar.operands.enumerated() { evaluate(operand, depth + index) }
    switch scalar {
    case .input(let number):
      let input = inputs[number]
      for x in 0..<count {
        values[depth * capacity + x] = Double(input.view[input.start + x * input.step])
      }
    case .parameter(let number):
      let value = parameters[number]
      unary(depth) { _ in value }
    case .constant(let value): unary(depth) { _ in value }
    case .add: binary(depth) { $0 + $1 }
    case .subtract: binary(depth) { $0 - $1 }
    case .multiply: binary(depth) { $0 * $1 }
    case .divide: binary(depth) { $0 / $1 }
    case .minimum: binary(depth) { $0.isNaN || $0 < $1 ? $0 : $1 }
    case .maximum: binary(depth) { $0.isNaN || $0 > $1 ? $0 : $1 }
    case .negate: unary(depth) { -$0 }
    case .exponential: unary(depth) { exp($0) }
    case .squareRoot: unary(depth) { $0.squareRoot() }
    case .hyperbolicTangent: unary(depth) { tanh($0) }
    case .power(_, let exponent): unary(depth) { pow($0, exponent) }
    }
  }

  @inline(__always)
  private mutating func unary(_ depth: Int, _ operation: (Double) -> Double) {
    let row = depth * capacity
    for x in row..<row + count { values[x] = operation(values[x]) }
  }

  @inline(__always)
  private mutating func binary(_ depth: Int, _ operation: (Double, Double) -> Double) {
    let row = depth * capacity
    for x in row..<row + count { values[x] = operation(values[x], values[x + capacity]) }
  }
}

extension Scalar {
  /// How many rows evaluation needs at once.
  var depth: Int {
    operands.enumerated().reduce(1) { max($0, $1.offset + $1.element.depth) }
  }
}
