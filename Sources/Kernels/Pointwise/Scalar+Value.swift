import Glibc
import Tensors

extension Scalar {
  /// Whether it is the same number for every channel.
  var isNumber: Bool { parameterCount == 0 }

  /// The value at a channel, where no input is read; in double.
  func value(_ parameters: [TensorView], channel: Int) -> Double {
    value { Double(parameters[$0][channel]) }
  }

  /// The value at each channel, where no input is read; in double.
  package func values(_ parameters: [Tensor], channels: Int) -> [Double] {
    let views = parameters.map { TensorView($0) }
    return (0..<channels).map { value(views, channel: $0) }
  }

  /// The value where neither an input nor a parameter is read.
  var number: Double {
    value { _ in preconditionFailure("a number reads no parameter") }
  }

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
