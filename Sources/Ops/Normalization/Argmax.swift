import IR
import Source
import Tensors

/// The index of the largest channel, the first of equals
struct Argmax: Op {
  static let signature = Signature("argmax", "scores |> argmax")

  static func lower(_ call: OpCall, into builder: inout GraphBuilder) throws(Diagnostic) -> ValueID
  {
    try builder.append(.reduction(.argmax), call.inputs, for: call)
  }
}
