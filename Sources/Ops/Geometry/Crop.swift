import IR
import Source
import Tensors

/// Rows and columns cut off: given (top, bottom, left, right), or down to another map's size
struct Crop: Op {
  static let signature = Signature(
    "crop", "x |> crop like=y anchor=center",
    [
      .positional("sides", .pad, required: false), .named("like", .value),
      .named("anchor", .word(["center"])), .named("offset", .size(minimum: 0)),
    ])

  static func lower(_ call: OpCall, into builder: inout GraphBuilder) throws(Diagnostic) -> ValueID
  {
    if let like = call.values["like"] {
      let anchor = call.size("offset").map { MovementSpec.Anchor.offset($0.height, $0.width) }
      return try builder.append(
        .movement(.cropLike(anchor ?? .center)), call.inputs + [like], for: call)
    }
    guard case .explicit(let sides)? = try call.padding("sides") else {
      throw .badSides(call)
    }
    return try builder.append(.movement(.crop(sides)), call.inputs, for: call)
  }
}
