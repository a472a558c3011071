import IR
import Source
import Tensors

/// min(max(x + 3, 0), 6) / 6 (PyTorch's slope)
struct Hardsigmoid: Op {
  static let signature = Signature("hardsigmoid", "x |> hardsigmoid", isActivation: true)

  static func lower(_ call: OpCall, into builder: inout GraphBuilder) throws(Diagnostic) -> ValueID
  {
    try builder.pointwise(.hardsigmoid(.input(0)), call)
  }
}
