import IR
import Source
import Tensors

/// Rows and columns of one value around a map: (top, bottom, left, right), or up to another's size
struct Pad: Op {
  static let signature = Signature(
    "pad", "x |> pad (1, 1, 1, 1) value=0",
    [
      .positional("sides", .pad, required: false), .named("like", .value),
      .named("anchor", .word(["center"])), .named("offset", .size(minimum: 0)),
      .named("value", .decimal),
    ])

  static func lower(_ call: OpCall, into builder: inout GraphBuilder) throws(Diagnostic) -> ValueID
  {
    if let like = call.values["like"] {
      let anchor = call.size("offset").map { MovementSpec.Anchor.offset($0.height, $0.width) }
      return try builder.append(
        .movement(.padLike(anchor ?? .center)), call.inputs + [like], for: call)
    }
    guard case .explicit(let sides)? = try call.padding("sides") else {
      throw .badSides(call)
    }
    let value = Float(call.decimal("value") ?? 0)
    return try builder.append(.movement(.pad(sides, value: value)), call.inputs, for: call)
  }
}

extension Diagnostic {
  static func badSides(_ call: OpCall) -> Diagnostic {
    Diagnostic(
      .badPadding, "`\(call.origin.op)` needs its sides or `like=`", at: call.origin.span,
      help: "write `\(call.origin.op) (top, bottom, left, right)` or `\(call.origin.op) like=x`")
  }
}
