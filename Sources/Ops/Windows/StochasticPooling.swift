import IR
import Source
import Tensors

/// Σa² / Σa of a window, 0 where the sum is 0: stochastic pooling at test time
/// (Zeiler & Fergus, 2013, 3.2)
struct StochasticPooling: Op {
  static let signature = Signature(
    "stochastic_pool", "x |> stochastic_pool 3x3 stride=2",
    [
      .positional("kernel", .any, required: false), .named("adaptive", .size(minimum: 1)),
      .named("stride", .size(minimum: 1)), .named("rate", .size(minimum: 1)), .named("pad", .pad),
      .named("ceil_mode", .bool),
    ])

  static func lower(_ call: OpCall, into builder: inout GraphBuilder) throws(Diagnostic) -> ValueID
  {
    let spec = PoolingSpec(kind: .stochastic, region: try call.region())
    return try builder.append(.pooling(spec), call.inputs, for: call)
  }
}
