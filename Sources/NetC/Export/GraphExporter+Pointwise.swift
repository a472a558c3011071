import Formats
import IR
import Source
import Tensors

extension GraphExporter {
  mutating func pointwise(
    _ spec: PointwiseSpec, _ inputs: [String]
  ) throws(Diagnostic) -> String {
    // Otherwise the result could be smaller than its type.
    guard spec.expression.inputs.count == spec.inputs else {
      throw notExportable("its result does not depend on every input")
    }
    if let form = ScalarNormalization(spec.expression) {
      let operands = [form.scale, form.shift, form.mean, form.variance].map { parameter($0) }
      return emit(
        "BatchNormalization", [inputs[form.input]] + operands,
        [("epsilon", .float(Float(form.epsilon)))])
    }
    var known: [Scalar: String] = [:]
    return tensor(of: spec.expression, inputs, &known)
  }

  /// The tensor of an expression; `known` are those of its parts that have one.
  private mutating func tensor(
    of expression: Scalar, _ inputs: [String], _ known: inout [Scalar: String]
  ) -> String {
    if let tensor = known[expression] { return tensor }
    let result: String
    switch ScalarForm(expression) {
    case .relu(let x)?: result = emit("Relu", [tensor(of: x, inputs, &known)])
    case .sigmoid(let x)?: result = emit("Sigmoid", [tensor(of: x, inputs, &known)])
    case .hardSwish(let x)?: result = emit("HardSwish", [tensor(of: x, inputs, &known)])
    case .hardSigmoid(let x)?:
      result = emit(
        "HardSigmoid", [tensor(of: x, inputs, &known)],
        [("alpha", .float(1 / 6)), ("beta", .float(0.5))])
    case .leakyRelu(let x, let slope)?:
      result = emit(
        "LeakyRelu", [tensor(of: x, inputs, &known)], [("alpha", .float(Float(slope)))])
    case .clip(let x, let lower, let upper)?:
      let source = tensor(of: x, inputs, &known)
      result = emit("Clip", [source, scalar(Float(lower)), scalar(Float(upper))])
    case nil: result = elementary(expression, inputs, &known)
    }
    known[expression] = result
    return result
  }

  private mutating func elementary(
    _ expression: Scalar, _ inputs: [String], _ known: inout [Scalar: String]
  ) -> String {
    let operation: String
    switch expression {
    case .input(let index): return inputs[index]
    case .parameter(let slot): return perChannel(slot)
    case .constant(let value): return scalar(Float(value))
    case .add: operation = "Add"
    case .subtract: operation = "Sub"
    case .multiply: operation = "Mul"
    case .divide: operation = "Div"
    case .minimum: operation = "Min"
    case .maximum: operation = "Max"
    case .negate: operation = "Neg"
    case .exponential: operation = "Exp"
    case .squareRoot: operation = "Sqrt"
    case .hyperbolicTangent: operation = "Tanh"
    case .power(let base, let exponent):
      return emit("Pow", [tensor(of: base, inputs, &known), scalar(Float(exponent))])
    }
    var operands: [String] = []
    for operand in expression.operands { operands.append(tensor(of: operand, inputs, &known)) }
    return emit(operation, operands)
  }

  /// A parameter that broadcasts along the channels.
  private mutating func perChannel(_ slot: Int) -> String {
    let channels = graph.parameters[layer.parameters[slot]].shape.count
    return parameter(slot, as: graph[layer.id].type.extents == nil ? [channels] : [channels, 1, 1])
  }
}
