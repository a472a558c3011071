import IR
import Source
import Tensors

/// Bilinear or nearest resampling to another map's size, by a factor, or to a fixed size
struct Resize: Op {
  static let signature = Signature(
    "resize", "x |> resize like=y",
    [
      .positional("to", .any, required: false), .named("like", .value),
      .named("mode", .word(["bilinear", "nearest"])), .named("align_corners", .bool),
    ])

  static func lower(_ call: OpCall, into builder: inout GraphBuilder) throws(Diagnostic) -> ValueID
  {
    let mode = call.word("mode").flatMap(ResizeSpec.Mode.init) ?? .bilinear
    let aligned = call.bool("align_corners") ?? call.convention.alignsCorners(mode)
    if aligned, mode == .nearest { throw .badResize("`align_corners` needs bilinear", call) }
    let target: ResizeSpec.Target
    var operands = call.inputs
    switch (call.arguments["to"]?.constant, call.values["like"]) {
    case (nil, let like?):
      target = .like
      operands.append(like)
    case (.factor(let factor)?, nil): target = .factor(height: factor, width: factor)
    case (.int(let factor)?, nil):
      target = .factor(height: Rational(factor), width: Rational(factor))
    case (.size(let size)?, nil):
      guard size.height > 0, size.width > 0 else {
        throw .badResize("a size is at least 1x1", call)
      }
      target = .fixed(size)
    case (nil, nil): throw .badResize("`resize` needs `like=`, a factor or a size", call)
    case (_?, _): throw .badResize("`resize` takes one of `like=`, a factor or a size", call)
    }
    let spec = ResizeSpec(target: target, mode: mode, alignCorners: aligned)
    return try builder.append(.resize(spec), operands, for: call)
  }
}

extension Diagnostic {
  fileprivate static func badResize(_ message: String, _ call: OpCall) -> Diagnostic {
    Diagnostic(
      .badResize, message, at: call.origin.span,
      help: "write `resize like=x`, `resize 2x` or `resize 65x65`")
  }
}
