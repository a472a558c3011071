import IR
import Source
import Tensors

/// e^x_c / Σ e^x_c over the channels
struct Softmax: Op {
  static let signature = Signature("softmax", "scores |> softmax")

  static func lower(_ call: OpCall, into builder: inout GraphBuilder) throws(Diagnostic) -> ValueID
  {
    try builder.append(.reduction(.softmax), call.inputs, for: call)
  }
}
