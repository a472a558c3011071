import IR
import Source
import Tensors

/// x / (k + a·Σx²)^beta over `size` channels or a `size` x `size` window; a = alpha/n as Caffe, alpha
/// as the paper (Krizhevsky et al., 2012, 3.3)
struct LocalResponseNormalization: Op {
  static let signature = Signature(
    "lrn", "x |> lrn size=5 alpha=1e-4 beta=0.75",
    [
      .named("size", .int(minimum: 1), required: true), .named("alpha", .decimal, required: true),
      .named("beta", .decimal, required: true), .named("k", .decimal),
      .named("across", .word(["channels", "within"])),
      .named("scaling", .word(["caffe", "paper"])),
    ])

  static func lower(_ call: OpCall, into builder: inout GraphBuilder) throws(Diagnostic) -> ValueID
  {
    let spec = ResponseNormalization(
      size: call.int("size") ?? 1, alpha: call.decimal("alpha") ?? 0,
      beta: call.decimal("beta") ?? 0, k: call.decimal("k") ?? 1,
      acrossChannels: call.word("across") != "within",
      scaling: call.word("scaling") == "paper" ? .paper : .caffe)
    return try builder.append(
      .reduction(.responseNormalization(spec)), call.inputs, for: call)
  }
}
