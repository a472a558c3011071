import IR
import Source
import Tensors

/// the larger of a, b, …, element by element
struct Maximum: Op {
  static let signature = Signature("max", "max(a, b)", values: 2...64)

  static func lower(_ call: OpCall, into builder: inout GraphBuilder) throws(Diagnostic) -> ValueID
  {
    let expression = call.inputs.indices.dropFirst().reduce(Scalar.input(0)) {
      .maximum($0, .input($1))
    }
    return try builder.pointwise(expression, call)
  }
}
