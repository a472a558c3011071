/// A number computed from the inputs of one position and the parameters of its channel.
package indirect enum Scalar: Hashable, Sendable {
  case input(Int)
  /// The parameter tensor of this number, at the channel.
  case parameter(Int)
  case constant(Double)
  case add(Scalar, Scalar)
  case subtract(Scalar, Scalar)
  case multiply(Scalar, Scalar)
  case divide(Scalar, Scalar)
  /// NaN where either side is.
  case minimum(Scalar, Scalar)
  /// NaN where either side is.
  case maximum(Scalar, Scalar)
  case negate(Scalar)
  case exponential(Scalar)
  case squareRoot(Scalar)
  case hyperbolicTangent(Scalar)
  case power(Scalar, Double)
}
