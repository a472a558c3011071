import IR
import Source
import Tensors

/// max(x, 0)
struct ReLU: Op {
  static let signature = Signature("relu", "x |> relu", isActivation: true)

  static func lower(_ call: OpCall, into builder: inout GraphBuilder) throws(Diagnostic) -> ValueID
  {
    try builder.pointwise(.maximum(.input(0), .constant(0)), call)
  }
}
