import IR
import Source
import Tensors

/// Convolution with stride, atrous rate and groups; K_eff = k + (k − 1)(rate − 1)
/// (Chen et al., DeepLab, 3.1). Weight O x I/groups x kh x kw.
struct Convolution: Op {
  static let signature = Signature(
    "conv", "x |> conv 3x3 256 rate=6",
    [
      .positional("kernel", .size(minimum: 1)), .positional("channels", .int(minimum: 1)),
      .named("stride", .size(minimum: 1)), .named("rate", .size(minimum: 1)), .named("pad", .pad),
      .named("groups", .int(minimum: 1)), .named("bias", .bool),
    ])

  static func lower(_ call: OpCall, into builder: inout GraphBuilder) throws(Diagnostic) -> ValueID
  {
    let kernel = call.size("kernel") ?? .one
    let rate = call.size("rate") ?? .one
    let stride = call.size("stride") ?? .one
    let padding: Padding
    if let given = try call.padding("pad") {
      padding = given
    } else if call.convention == .tf, stride != .one {
      padding = .sameTF
    } else {
      padding = try call.centered(kernel: kernel, rate: rate)
    }
    let spec = ConvolutionSpec(
      outputChannels: call.int("channels") ?? 1, kernel: kernel, stride: stride, rate: rate,
      padding: padding, groups: call.int("groups") ?? 1, hasBias: call.bool("bias") ?? true)
    return try builder.append(.convolution(spec), call.inputs, for: call)
  }
}
