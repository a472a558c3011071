import IR
import Source
import Tensors

/// A map of fixed size as a vector in C, H, W order
struct Flatten: Op {
  static let signature = Signature("flatten", "x |> flatten")

  static func lower(_ call: OpCall, into builder: inout GraphBuilder) throws(Diagnostic) -> ValueID
  {
    try builder.append(.movement(.flatten), call.inputs, for: call)
  }
}
