import IR
import Source
import Tensors

/// x · sigmoid(x)
struct SiLU: Op {
  static let signature = Signature("silu", "x |> silu", isActivation: true)

  static func lower(_ call: OpCall, into builder: inout GraphBuilder) throws(Diagnostic) -> ValueID
  {
    try builder.pointwise(.multiply(.input(0), .sigmoid(.input(0))), call)
  }
}
