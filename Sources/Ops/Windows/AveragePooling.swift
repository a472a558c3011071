import IR
import Source
import Tensors

/// The mean of a window; padded cells count as zeros unless `count_include_pad=no`
struct AveragePooling: Op {
  static let signature = Signature(
    "avgpool", "x |> avgpool global",
    [
      .positional("kernel", .any, required: false), .named("adaptive", .size(minimum: 1)),
      .named("stride", .size(minimum: 1)), .named("rate", .size(minimum: 1)), .named("pad", .pad),
      .named("ceil_mode", .bool), .named("count_include_pad", .bool),
    ])

  static func lower(_ call: OpCall, into builder: inout GraphBuilder) throws(Diagnostic) -> ValueID
  {
    let counts = call.bool("count_include_pad") ?? (call.convention != .tf)
    let spec = PoolingSpec(kind: .average(countIncludePad: counts), region: try call.region())
    return try builder.append(.pooling(spec), call.inputs, for: call)
  }
}
