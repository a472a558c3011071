import IR
import Source
import Tensors

/// a · b · …, element by element; one channel or an extent of 1 is broadcast
struct Multiplication: Op {
  static let signature = Signature("mul", "mul(a, b)", values: 2...64)

  static func lower(_ call: OpCall, into builder: inout GraphBuilder) throws(Diagnostic) -> ValueID
  {
    let expression = call.inputs.indices.dropFirst().reduce(Scalar.input(0)) {
      .multiply($0, .input($1))
    }
    return try builder.pointwise(expression, call, broadcastsChannels: true)
  }
}
