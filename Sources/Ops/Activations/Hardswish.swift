import IR
import Source
import Tensors

/// x · hardsigmoid(x)
struct Hardswish: Op {
  static let signature = Signature("hardswish", "x |> hardswish", isActivation: true)

  static func lower(_ call: OpCall, into builder: inout GraphBuilder) throws(Diagnostic) -> ValueID
  {
    try builder.pointwise(.multiply(.input(0), .hardsigmoid(.input(0))), call)
  }
}
