import IR
import Source
import Tensors

/// max(x, 0) + slope · min(x, 0); slope 0.01 as PyTorch
struct LeakyReLU: Op {
  static let signature = Signature(
    "leaky_relu", "x |> leaky_relu slope=0.01", isActivation: true,
    [.positional("slope", .decimal, required: false)])

  static func lower(_ call: OpCall, into builder: inout GraphBuilder) throws(Diagnostic) -> ValueID
  {
    let slope = Scalar.constant(call.decimal("slope") ?? 0.01)
    return try builder.pointwise(
      .add(
        .maximum(.input(0), .constant(0)),
        .multiply(slope, .minimum(.input(0), .constant(0)))), call)
  }
}
