import IR
import Source
import Tensors

/// The largest of a window; pads with −∞
struct MaxPooling: Op {
  static let signature = Signature(
    "maxpool", "x |> maxpool 3x3 stride=2 pad=1",
    [
      .positional("kernel", .any, required: false), .named("adaptive", .size(minimum: 1)),
      .named("stride", .size(minimum: 1)), .named("rate", .size(minimum: 1)), .named("pad", .pad),
      .named("ceil_mode", .bool),
    ])

  static func lower(_ call: OpCall, into builder: inout GraphBuilder) throws(Diagnostic) -> ValueID
  {
    let spec = PoolingSpec(kind: .max, region: try call.region())
    return try builder.append(.pooling(spec), call.inputs, for: call)
  }
}
