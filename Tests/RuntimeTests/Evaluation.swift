import IR
import Tensors

/// Every value of a graph by the reference, each in memory of its own.
func evaluate(
  _ graph: Graph, inputs: [String: Tensor], weights: [Tensor]
) throws -> [ValueID: Tensor] {
  var values: [ValueID: Tensor] = [:]
  for input in graph.inputs { values[input.value] = inputs[input.name] }
  for (id, node) in graph.nodes {
    let operands = node.inputs.compactMap { values[$0] }
    let call = try Call.make(node.spec, operands.map(\.shape))
    let output = try Tensor(zeros: call.output)
    call.reference(
      inputs: operands.map { TensorView($0) },
      parameters: node.parameters.map { TensorView(weights[$0]) },
      output: MutableTensorView(output))
    values[id] = output
  }
  return values
}

/// Shape and bits, so that NaN equals itself and zeros keep their sign.
func isSame(_ a: Tensor, _ b: Tensor?) -> Bool {
  guard let b, a.shape == b.shape else { return false }
  return zip(a.values, b.values).allSatisfy { $0.bitPattern == $1.bitPattern }
}
