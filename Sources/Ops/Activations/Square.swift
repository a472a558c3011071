import IR
import Source
import Tensors

/// x²
struct Square: Op {
  static let signature = Signature("square", "x |> square")

  static func lower(_ call: OpCall, into builder: inout GraphBuilder) throws(Diagnostic) -> ValueID
  {
    try builder.pointwise(.multiply(.input(0), .input(0)), call)
  }
}
