extension Scalar: CustomStringConvertible {
  /// x0, x1 … are inputs, p0, p1 … parameters.
  package var description: String {
    switch self {
    case .input(let index): "x\(index)"
    case .parameter(let index): "p\(index)"
    case .constant(let value):
      value == value.rounded() && abs(value) < 1e6
        ? "\(Int(value))" : "\(value)"
    case .add(let a, let b): "(\(a) + \(b))"
    case .subtract(let a, let b): "(\(a) - \(b))"
    case .multiply(let a, let b): "(\(a) * \(b))"
    case .divide(let a, let b): "(\(a) / \(b))"
    case .minimum(let a, let b): "min(\(a), \(b))"
    case .maximum(let a, let b): "max(\(a), \(b))"
    case .negate(let a): "-\(a)"
    case .exponential(let a): "exp(\(a))"
    case .squareRoot(let a): "sqrt(\(a))"
    case .hyperbolicTangent(let a): "tanh(\(a))"
    case .power(let a, let exponent): "(\(a))^\(Scalar.constant(exponent))"
    }
  }
}

extension Scalar {
  /// One more than the largest input that is read.
  package var inputCount: Int { count { if case .input(let index) = $0 { index } else { nil } } }

  /// One more than the largest parameter that is read.
  package var parameterCount: Int {
    count { if case .parameter(let index) = $0 { index } else { nil } }
  }

  /// The operands, first one first.
  package var operands: [Scalar] {
    switch self {
    case .input, .parameter, .constant: []
    case .add(let a, let b), .subtract(let a, let b), .multiply(let a, let b),
      .divide(let a, let b), .minimum(let a, let b), .maximum(let a, let b):
      [a, b]
    case .negate(let a), .exponential(let a), .squareRoot(let a), .hyperbolicTangent(let a),
      .power(let a, _):
      [a]
    }
  }

  private func count(_ index: (Scalar) -> Int?) -> Int {
    operands.reduce(index(self).map { $0 + 1 } ?? 0) { max($0, $1.count(index)) }
  }
}
