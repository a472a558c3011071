import IR
import Source
import Tensors

/// out = (in − 1)·stride − 2·pad + rate·(k − 1) + output_pad + 1; weight I x O/groups x kh x kw
struct TransposedConvolution: Op {
  static let signature = Signature(
    "transposed_conv", "x |> transposed_conv 2x2 64 stride=2",
    [
      .positional("kernel", .size(minimum: 1)), .positional("channels", .int(minimum: 1)),
      .named("stride", .size(minimum: 1)), .named("rate", .size(minimum: 1)), .named("pad", .pad),
      .named("output_pad", .size(minimum: 0)), .named("groups", .int(minimum: 1)),
      .named("bias", .bool),
    ])

  static func lower(_ call: OpCall, into builder: inout GraphBuilder) throws(Diagnostic) -> ValueID
  {
    let padding = try call.padding("pad") ?? .none
    if padding == .sameTF {
      throw Diagnostic(
        .badPadding, "`transposed_conv` has no same(tf) padding", at: call.span(of: "pad"),
        help: "give the pads: `pad=1` or `pad=(top, bottom, left, right)`")
    }
    let spec = ConvolutionSpec(
      outputChannels: call.int("channels") ?? 1, kernel: call.size("kernel") ?? .one,
      stride: call.size("stride") ?? .one, rate: call.size("rate") ?? .one, padding: padding,
      groups: call.int("groups") ?? 1, hasBias: call.bool("bias") ?? true, transposed: true,
      outputPadding: call.size("output_pad") ?? Size2(0))
    return try builder.append(.convolution(spec), call.inputs, for: call)
  }
}
