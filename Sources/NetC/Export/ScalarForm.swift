import Tensors

/// An expression that one operator computes.
enum ScalarForm {
  case relu(Scalar)
  /// min(max(x, lower), upper)
  case clip(Scalar, lower: Double, upper: Double)
  case sigmoid(Scalar)
  /// min(max(x + 3, 0), 6) / 6
  case hardSigmoid(Scalar)
  case hardSwish(Scalar)
  case leakyRelu(Scalar, slope: Double)

  init?(_ expression: Scalar) {
    switch expression {
    case .maximum(let x, .constant(0)): self = .relu(x)
    case .minimum(.maximum(let x, .constant(let lower)), .constant(let upper))
    where lower <= upper:
      self = .clip(x, lower: lower, upper: upper)
    case .divide(.constant(1), .add(.constant(1), .exponential(.negate(let x)))):
      self = .sigmoid(x)
    case .divide(
      .minimum(.maximum(.add(let x, .constant(3)), .constant(0)), .constant(6)), .constant(6)):
      self = .hardSigmoid(x)
    case .multiply(let x, let gate):
      guard case .hardSigmoid(let inner)? = ScalarForm(gate), inner == x else { return nil }
      self = .hardSwish(x)
    case .add(
      .maximum(let x, .constant(0)), .multiply(.constant(let slope), .minimum(let y, .constant(0))))
    where x == y:
      self = .leakyRelu(x, slope: slope)
    default: return nil
    }
  }
}

/// (x − mean) / √(variance + epsilon) · scale + shift of an input, parameters by their slots.
struct ScalarNormalization {
  let input: Int
  let scale: Int
  let shift: Int
  let mean: Int
  let variance: Int
  let epsilon: Double

  init?(_ expression: Scalar) {
    guard
      case .add(
        .multiply(
          .divide(
            .subtract(.input(let input), .parameter(let mean)),
            .squareRoot(.add(.parameter(let variance), .constant(let epsilon)))),
          .parameter(let scale)), .parameter(let shift)) = expression
    else { return nil }
    self.input = input
    self.scale = scale
    self.shift = shift
    self.mean = mean
    self.variance = variance
    self.epsilon = epsilon
  }
}

extension Scalar {
  /// The inputs that are read.
  var inputs: Set<Int> {
    if case .input(let index) = self { return [index] }
    return operands.reduce(into: []) { $0.formUnion($1.inputs) }
  }
}
