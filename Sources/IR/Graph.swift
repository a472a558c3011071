import Source
import Tensors

/// Identity of a value: the index of the node that makes it.
package struct ValueID: Hashable, Sendable {
  package let index: Int

  package init(_ index: Int) {
    self.index = index
  }
}

/// Where a node comes from, for show, explain and errors; no pass reads it.
package struct Origin: Hashable, Sendable {
  /// The op as the user wrote it.
  package let op: String
  package let span: Span
  /// The block instances around it, outermost first.
  package let calls: [CallSite]
  /// The label path of the layer.
  package let path: String

  package init(op: String, span: Span, calls: [CallSite] = [], path: String = "") {
    self.op = op
    self.span = span
    self.calls = calls
    self.path = path
  }
}

/// A block instance: which block, and where it was asked for.
package struct CallSite: Hashable, Sendable {
  package let block: String
  package let span: Span
  /// The label path of the instance, which tells the passes of a loop apart.
  package let path: String

  package init(block: String, span: Span, path: String = "") {
    self.block = block
    self.span = span
    self.path = path
  }
}

/// Samples of the image a step of the value, a axis; nil where the value has no such axis.
package struct OutputStride: Hashable, Sendable {
  package var height: Rational?
  package var width: Rational?

  package init(height: Rational?, width: Rational?) {
    self.height = height
    self.width = width
  }

  /// The stride, where both axes have the same.
  package var common: Rational? { height == width ? height : nil }
}

/// What is known of a value.
package struct Value: Hashable, Sendable {
  package var type: TensorType
  package var stride: OutputStride
  /// The multiplier still owed to rates and pads inside an `os=N` instance.
  package var owed: Size2
  /// Whether its grid is denser than its network's strides ask for.
  package var isRetargeted: Bool
}

/// A tensor of the checkpoint.
package struct Parameter: Hashable, Sendable {
  package let name: String
  /// weight, bias, running_mean, running_var
  package let slot: String
  package let shape: Shape
  package let span: Span
  /// Products summed into one output, for the weight of a window or matrix product.
  package let fanIn: Int?
  /// Counted and listed, but nothing runs it.
  package let isUnused: Bool
}

/// One spec applied to values; the value it makes has the same index.
package struct Node: Sendable {
  package let spec: Spec
  package let inputs: [ValueID]
  /// Indices into `Graph.parameters`, in the order of the spec's slots.
  package let parameters: [Int]
  package let origin: Origin
  /// What an `os=` instance multiplies its rate and pads by: the strides that its input lost.
  package let owed: Size2
  /// The stride that the instance took from the node itself.
  package let dropped: Size2

  package init(
    spec: Spec, inputs: [ValueID], parameters: [Int], origin: Origin, owed: Size2 = .one,
    dropped: Size2 = .one
  ) {
    self.spec = spec
    self.inputs = inputs
    self.parameters = parameters
    self.origin = origin
    self.owed = owed
    self.dropped = dropped
  }
}

/// A named input; node-less values come first in the graph.
package struct GraphInput: Sendable {
  package let name: String
  package let value: ValueID
  package let format: InputFormat
  package let span: Span
}

package struct GraphOutput: Sendable {
  package let name: String
  package let value: ValueID
  package let span: Span
}

/// A value under the label path of the layer, or of the block instance, that makes it.
package struct LabelledValue: Hashable, Sendable {
  /// `backbone.layer1.0.conv1`, `backbone`; `backbone.c5` is a result of the instance.
  package let path: String
  package let value: ValueID
  /// Whether a layer has the label rather than an instance.
  package let isLayer: Bool
}

/// A demand that a node makes on image sizes.
package struct Condition: Sendable {
  package let axis: Axis
  package let admissible: SizeSet
  package let reason: SizeCondition.Reason
  /// The node that asks.
  package let node: Int
}

/// A network as nodes in definition order, so acyclic by construction.
package struct Graph: Sendable {
  package enum Source: Sendable {
    case input(Int)
    case node(Node)
  }

  package let name: String
  package internal(set) var entries: [Source] = []
  package internal(set) var values: [Value] = []
  package internal(set) var inputs: [GraphInput] = []
  package internal(set) var outputs: [GraphOutput] = []
  package internal(set) var parameters: [Parameter] = []
  package internal(set) var conditions: [Condition] = []
  /// Layers with a label or parameters, and block instances, in the order of their ends.
  package internal(set) var labels: [LabelledValue] = []
  /// Layers that have parameters and nothing else: `unused @conv5 conv 4x4 64`.
  package internal(set) var unused: [Node] = []

  package subscript(id: ValueID) -> Value { values[id.index] }

  package func node(_ id: ValueID) -> Node? {
    if case .node(let node) = entries[id.index] { node } else { nil }
  }

  /// Every node with its value, in definition order.
  package var nodes: [(id: ValueID, node: Node)] {
    entries.enumerated().compactMap { index, entry in
      if case .node(let node) = entry { (ValueID(index), node) } else { nil }
    }
  }

  /// The values that the given outputs need, in definition order.
  package func reachable(from outputs: [ValueID]) -> [ValueID] {
    var needed = [Bool](repeating: false, count: entries.count)
    for output in outputs { needed[output.index] = true }
    for index in entries.indices.reversed() where needed[index] {
      guard case .node(let node) = entries[index] else { continue }
      for input in node.inputs { needed[input.index] = true }
    }
    return needed.indices.filter { needed[$0] }.map { ValueID($0) }
  }
}
