package import Tensors

/// A model of the Open Neural Network Exchange (onnx.proto, `ModelProto`).
package struct ONNXModel: Sendable {
  package let producerVersion: String
  /// The version of the standard operators.
  package let opset: Int
  package let graph: ONNXGraph

  package init(producerVersion: String, opset: Int, graph: ONNXGraph) {
    self.producerVersion = producerVersion
    self.opset = opset
    self.graph = graph
  }
}

/// Operators in an order in which every value is made before it is read.
package struct ONNXGraph: Sendable {
  package let name: String
  package let nodes: [ONNXNode]
  package let initializers: [ONNXTensor]
  package let inputs: [ONNXValue]
  package let outputs: [ONNXValue]

  package init(
    name: String, nodes: [ONNXNode], initializers: [ONNXTensor], inputs: [ONNXValue],
    outputs: [ONNXValue]
  ) {
    self.name = name
    self.nodes = nodes
    self.initializers = initializers
    self.inputs = inputs
    self.outputs = outputs
  }
}

/// One operator; an empty input name is one that is left out.
package struct ONNXNode: Hashable, Sendable {
  package let operation: String
  package let name: String
  package var inputs: [String]
  package var outputs: [String]
  package let attributes: [ONNXAttribute]

  package init(
    _ operation: String, name: String, inputs: [String], outputs: [String],
    attributes: [ONNXAttribute] = []
  ) {
    self.operation = operation
    self.name = name
    self.inputs = inputs
    self.outputs = outputs
    self.attributes = attributes
  }
}

package struct ONNXAttribute: Hashable, Sendable {
  package enum Content: Hashable, Sendable {
    case float(Float)
    case integer(Int)
    case text(String)
    case integers([Int])
  }

  package let name: String
  package let content: Content

  package init(_ name: String, _ content: Content) {
    self.name = name
    self.content = content
  }
}

/// The element types that are used, by their numbers in `TensorProto.DataType`.
package enum ONNXElement: Int, Hashable, Sendable {
  case float32 = 1
  case int64 = 7
  case float64 = 11
}

/// A constant, named like a checkpoint's tensor where it is one.
package struct ONNXTensor: Sendable {
  package enum Content: Sendable {
    case tensor(Tensor)
    case floats([Float])
    case doubles([Double])
    case integers([Int])
  }

  package let name: String
  /// Outermost first; empty for a scalar.
  package let dimensions: [Int]
  package let content: Content

  package init(name: String, dimensions: [Int], _ content: Content) {
    self.name = name
    self.dimensions = dimensions
    self.content = content
  }
}

/// An input or output of the graph.
package struct ONNXValue: Hashable, Sendable {
  /// A number, or the name of one that is known when the model runs.
  package enum Dimension: Hashable, Sendable {
    case fixed(Int)
    case named(String)
  }

  package let name: String
  package let element: ONNXElement
  package let dimensions: [Dimension]

  package init(name: String, element: ONNXElement, dimensions: [Dimension]) {
    self.name = name
    self.element = element
    self.dimensions = dimensions
  }
}
