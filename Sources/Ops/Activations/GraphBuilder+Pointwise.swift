import IR
import Source
import Tensors

extension GraphBuilder {
  /// One pointwise node over the call's inputs.
  mutating func pointwise(
    _ expression: Scalar, _ call: OpCall, slots: [String] = [], broadcastsChannels: Bool = false
  ) throws(Diagnostic) -> ValueID {
    let spec = PointwiseSpec(
      inputs: call.inputs.count, expression: expression, slots: slots,
      broadcastsChannels: broadcastsChannels)
    return try append(.pointwise(spec), call.inputs, for: call)
  }
}

extension Scalar {
  /// 1 / (1 + e^−x)
  static func sigmoid(_ x: Scalar) -> Scalar {
    .divide(.constant(1), .add(.constant(1), .exponential(.negate(x))))
  }

  /// min(max(x + 3, 0), 6) / 6
  static func hardsigmoid(_ x: Scalar) -> Scalar {
    .divide(
      .minimum(.maximum(.add(x, .constant(3)), .constant(0)), .constant(6)), .constant(6))
  }
}
