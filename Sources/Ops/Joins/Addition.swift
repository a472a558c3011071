import IR
import Source
import Tensors

/// a + b + …, element by element
struct Addition: Op {
  static let signature = Signature("add", "add(a, b)", values: 2...64)

  static func lower(_ call: OpCall, into builder: inout GraphBuilder) throws(Diagnostic) -> ValueID
  {
    let expression = call.inputs.indices.dropFirst().reduce(Scalar.input(0)) {
      .add($0, .input($1))
    }
    return try builder.pointwise(expression, call)
  }
}
