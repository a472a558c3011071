import Tensors

/// One op at one place of a network, as it is held against another network's.
package struct ComparedLayer: Sendable {
  /// The label path and the op: what layers of two networks are matched by.
  package struct Key: Hashable, Sendable {
    package let path: String
    package let op: String
  }

  package let key: Key
  /// What its nodes compute, in text: `convolution 3x3 256 rate=6 pad=6`.
  package let specs: [String]
  /// Its tensors, without the path.
  package let parameters: [ParameterShape]
  /// Trainable numbers among them.
  package let parameterCount: Int
  /// Indices of the layers that it reads.
  package let inputs: [Int]
  /// What it gives, as a function of the image's size, with its output stride.
  package let result: String
  /// The block instances around it, outermost first.
  package let calls: [CallSite]

  /// `aspp.convs.1.0`, or the op where it has no path.
  package var name: String { key.path.isEmpty ? key.op : key.path }
}

extension Graph {
  /// Inputs, layers, layers that nothing runs, and outputs, in definition order; nodes that one op
  /// was lowered to are one layer.
  package var comparedLayers: [ComparedLayer] {
    var layers: [ComparedLayer] = []
    var layerOf = [Int](repeating: 0, count: values.count)
    for input in inputs {
      layerOf[input.value.index] = layers.count
      let type = self[input.value].type.text
      layers.append(ComparedLayer("input", input.name, specs: [type], inputs: [], result: type))
    }
    let nodes = nodes
    var next = 0
    while next < nodes.count {
      let first = next
      while next < nodes.count, nodes[next].node.origin == nodes[first].node.origin { next += 1 }
      let own = nodes[first..<next]
      for (id, _) in own { layerOf[id.index] = layers.count }
      let read = own.flatMap(\.node.inputs).map { layerOf[$0.index] }
      layers.append(
        layer(own.map(\.node), inputs: read.filter { $0 != layers.count }, own.last?.id))
    }
    for node in unused { layers.append(layer([node], inputs: [], nil)) }
    for output in outputs {
      layers.append(
        ComparedLayer(
          "output", output.name, specs: [], inputs: [layerOf[output.value.index]], result: ""))
    }
    return layers
  }

  /// Nodes of one origin; without a result nothing runs them.
  private func layer(_ nodes: [Node], inputs: [Int], _ result: ValueID?) -> ComparedLayer {
    let origin = nodes[0].origin
    let own = nodes.flatMap(\.parameters).map { parameters[$0] }
    return ComparedLayer(
      key: .init(path: origin.path, op: result == nil ? "\(origin.op) (unused)" : origin.op),
      specs: nodes.map(\.spec.withoutIdleRate.description),
      parameters: own.map { ParameterShape($0.slot, $0.shape) },
      parameterCount: own.filter { !$0.isStatistic }.reduce(0) { $0 + $1.shape.count },
      inputs: inputs,
      result: result.map { "\(self[$0].type.text), os \(self[$0].stride.text)" } ?? "",
      calls: origin.calls)
  }
}

extension Spec {
  /// A window of one tap has no rate, whatever `os=N` made of it.
  fileprivate var withoutIdleRate: Spec {
    guard case .convolution(var spec) = self, spec.kernel == .one else { return self }
    spec.rate = .one
    return .convolution(spec)
  }
}

extension ComparedLayer {
  /// An input or an output.
  fileprivate init(_ op: String, _ name: String, specs: [String], inputs: [Int], result: String) {
    self.init(
      key: Key(path: name, op: op), specs: specs, parameters: [], parameterCount: 0,
      inputs: inputs, result: result, calls: [])
  }
}
