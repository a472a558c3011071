import IR
import Source
import Tensors

/// A spatial pyramid inside each window of a second input, in pixels of the image
/// (He et al., SPP-net, 4.1 and appendix); `offset` is the pixel on which the map's first cell is
/// centred, 0 where every pad is half its kernel
struct WindowPyramidPooling: Op {
  static let signature = Signature(
    "roi_spp", "x |> roi_spp[6, 3, 2, 1] windows=w", takesBins: true,
    [
      .named("windows", .value, required: true), .named("pool", .word(["max", "avg"])),
      .named("scale", .decimal), .named("offset", .decimal),
    ])

  static func lower(_ call: OpCall, into builder: inout GraphBuilder) throws(Diagnostic) -> ValueID
  {
    var stride = builder.graph[call.input.value].stride
    if let scale = call.decimal("scale") {
      let given = try Self.stride(of: scale, call)
      stride = OutputStride(height: given, width: given)
    }
    guard let height = stride.height, let width = stride.width, let windows = call.values["windows"]
    else {
      throw Diagnostic(
        .noOutputStride, "`roi_spp` needs a map with an output stride to place windows on",
        at: call.origin.span, help: "use it before global pooling, or declare `os=` on the input")
    }
    let spec = PoolingSpec(
      kind: call.poolKind,
      region: .roi(
        bins: call.bins ?? [], strideHeight: height, strideWidth: width,
        offset: call.decimal("offset") ?? 0))
    return try builder.append(.pooling(spec), call.inputs + [windows], for: call)
  }

  /// 1/scale as an exact number; scales are map pixels an image pixel, such as 0.0625.
  private static func stride(of scale: Double, _ call: OpCall) throws(Diagnostic) -> Rational {
    let grain = 1 << 20
    let steps = scale * Double(grain)
    guard steps >= 1, steps <= Double(1 << 40), steps == steps.rounded(),
      let stride = try? Rational(grain, over: Int(steps))
    else {
      throw Diagnostic(
        .outOfRange, "`scale` of `roi_spp` is \(scale), out of range",
        at: call.span(of: "scale"),
        help: "it is a multiple of 2^-20, such as 0.0625 for output stride 16")
    }
    return stride
  }
}
