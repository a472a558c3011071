import IR
import Source
import Tensors

/// hyperbolic tangent
struct Tanh: Op {
  static let signature = Signature("tanh", "x |> tanh", isActivation: true)

  static func lower(_ call: OpCall, into builder: inout GraphBuilder) throws(Diagnostic) -> ValueID
  {
    try builder.pointwise(.hyperbolicTangent(.input(0)), call)
  }
}
