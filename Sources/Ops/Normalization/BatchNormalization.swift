import IR
import Source
import Tensors

/// weight · (x − mean) / √(var + eps) + bias, a channel (Ioffe & Szegedy, 2015, at inference)
struct BatchNormalization: Op {
  static let signature = Signature(
    "bn", "x |> bn eps=1e-5", [.named("eps", .decimal)])

  static func lower(_ call: OpCall, into builder: inout GraphBuilder) throws(Diagnostic) -> ValueID
  {
    let eps = call.decimal("eps") ?? (call.convention == .tf ? 1e-3 : 1e-5)
    let deviation = Scalar.squareRoot(.add(.parameter(3), .constant(eps)))
    let normalized = Scalar.divide(.subtract(.input(0), .parameter(2)), deviation)
    return try builder.pointwise(
      .add(.multiply(normalized, .parameter(0)), .parameter(1)), call,
      slots: ["weight", "bias", "running_mean", "running_var"])
  }
}
