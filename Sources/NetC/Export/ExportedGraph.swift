import Formats
import Tensors

/// A network as operators of ONNX, its weights still to be filled in.
package struct ExportedGraph: Sendable {
  package let name: String
  package let opset: Int
  package let nodes: [ONNXNode]
  package let constants: [ExportedConstant]
  package let inputs: [ONNXValue]
  package let outputs: [ONNXValue]

  /// The whole model; `weights` are by parameter index.
  package func model(_ weights: [Tensor]) -> ONNXModel {
    let graph = ONNXGraph(
      name: name, nodes: nodes, initializers: constants.map { $0.initializer(weights) },
      inputs: inputs, outputs: outputs)
    return ONNXModel(producerVersion: Version.text, opset: opset, graph: graph)
  }
}

/// A tensor that the operators read and nothing computes.
package struct ExportedConstant: Hashable, Sendable {
  package enum Content: Hashable, Sendable {
    /// Index into `Graph.parameters`.
    case parameter(Int)
    case floats([Float])
    case doubles([Double])
    case integers([Int])
  }

  package let name: String
  package let dimensions: [Int]
  package let content: Content

  fileprivate func initializer(_ weights: [Tensor]) -> ONNXTensor {
    let content: ONNXTensor.Content =
      switch content {
      case .parameter(let index): .tensor(weights[index])
      case .floats(let values): .floats(values)
      case .doubles(let values): .doubles(values)
      case .integers(let values): .integers(values)
      }
    return ONNXTensor(name: name, dimensions: dimensions, content)
  }
}
