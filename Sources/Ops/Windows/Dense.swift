import IR
import Source
import Tensors

/// y = W x + b on a vector, or on a map of fixed size in C, H, W order; weight O x I
struct Dense: Op {
  static let signature = Signature(
    "dense", "x |> dense 1000",
    [.positional("features", .int(minimum: 1)), .named("bias", .bool)])

  static func lower(_ call: OpCall, into builder: inout GraphBuilder) throws(Diagnostic) -> ValueID
  {
    let spec = ProductSpec(
      outputFeatures: call.int("features") ?? 1, hasBias: call.bool("bias") ?? true)
    return try builder.append(.product(spec), call.inputs, for: call)
  }
}
