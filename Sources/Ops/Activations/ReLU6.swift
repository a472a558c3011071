import IR
import Source
import Tensors

/// min(max(x, 0), 6)
struct ReLU6: Op {
  static let signature = Signature("relu6", "x |> relu6", isActivation: true)

  static func lower(_ call: OpCall, into builder: inout GraphBuilder) throws(Diagnostic) -> ValueID
  {
    try builder.pointwise(.minimum(.maximum(.input(0), .constant(0)), .constant(6)), call)
  }
}
