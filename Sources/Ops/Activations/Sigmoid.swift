import IR
import Source
import Tensors

/// 1 / (1 + e^−x)
struct Sigmoid: Op {
  static let signature = Signature("sigmoid", "x |> sigmoid", isActivation: true)

  static func lower(_ call: OpCall, into builder: inout GraphBuilder) throws(Diagnostic) -> ValueID
  {
    try builder.pointwise(.sigmoid(.input(0)), call)
  }
}
