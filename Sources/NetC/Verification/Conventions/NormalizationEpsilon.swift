import IR
import Tensors

/// What is added to the variance before its root is taken.
enum NormalizationEpsilon: Convention {
  static let name = "bn eps"

  /// PyTorch's, Keras' and TensorFlow's, MXNet's, TPU code's, and rarer ones.
  private static let values = [
    ("1e-5", 1e-5), ("1e-3", 1e-3), ("2e-5", 2e-5), ("1e-4", 1e-4), ("1e-6", 1e-6), ("0.0", 0),
  ]

  static func changes(to segment: Segment, _ place: TrialPlace) -> [Change] {
    perLayer(segment) { _, node in
      guard case .pointwise(var spec) = node.spec else { return [] }
      return values.compactMap { text, value in
        guard let expression = spec.expression.replacingEpsilon(value) else { return nil }
        spec.expression = expression
        return ("eps=\(text)", .pointwise(spec))
      }
    }
  }
}

extension Scalar {
  /// The expression with another constant in √(parameter + constant); nil where it has none.
  fileprivate func replacingEpsilon(_ value: Double) -> Scalar? {
    switch self {
    case .squareRoot(.add(.parameter(let index), .constant)):
      return .squareRoot(.add(.parameter(index), .constant(value)))
    case .add(let a, let b): return either(a, b, value, Scalar.add)
    case .subtract(let a, let b): return either(a, b, value, Scalar.subtract)
    case .multiply(let a, let b): return either(a, b, value, Scalar.multiply)
    case .divide(let a, let b): return either(a, b, value, Scalar.divide)
    case .input, .parameter, .constant, .minimum, .maximum, .negate, .exponential, .squareRoot,
      .hyperbolicTangent, .power:
      return nil
    }
  }

  private func either(
    _ a: Scalar, _ b: Scalar, _ value: Double, _ join: (Scalar, Scalar) -> Scalar
  ) -> Scalar? {
    if let a = a.replacingEpsilon(value) { return join(a, b) }
    return b.replacingEpsilon(value).map { join(a, $0) }
  }
}
