import IR
import Source
import Tensors

/// Its input
struct Identity: Op {
  static let signature = Signature("identity", "x |> identity", isActivation: true)

  static func lower(_ call: OpCall, into builder: inout GraphBuilder) throws(Diagnostic) -> ValueID
  {
    try builder.append(.movement(.identity), call.inputs, for: call)
  }
}
