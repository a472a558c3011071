import IR
import Source
import Tensors

/// Channels of a, then of b, …
struct Concatenation: Op {
  static let signature = Signature("concat", "concat(a, b...)", values: 1...4096)

  static func lower(_ call: OpCall, into builder: inout GraphBuilder) throws(Diagnostic) -> ValueID
  {
    try builder.append(.movement(.concat), call.inputs, for: call)
  }
}
