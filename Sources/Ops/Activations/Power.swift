import IR
import Source
import Tensors

/// (shift + scale · x)^exponent, as Caffe's Power layer
struct Power: Op {
  static let signature = Signature(
    "power", "x |> power 0.5 scale=1 shift=0",
    [
      .positional("exponent", .decimal), .named("scale", .decimal), .named("shift", .decimal),
    ])

  static func lower(_ call: OpCall, into builder: inout GraphBuilder) throws(Diagnostic) -> ValueID
  {
    let base = Scalar.add(
      .constant(call.decimal("shift") ?? 0),
      .multiply(.constant(call.decimal("scale") ?? 1), .input(0)))
    return try builder.pointwise(.power(base, call.decimal("exponent") ?? 1), call)
  }
}
