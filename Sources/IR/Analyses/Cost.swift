import Tensors

extension Graph {
  /// Trainable parameters: weights, biases and bn's scale and shift, unused layers included; bn's
  /// running statistics are not trained.
  package var parameterCount: Int {
    parameters.filter { !$0.isStatistic }.reduce(0) { $0 + $1.shape.count }
  }
}

extension Parameter {
  /// Running mean or variance of bn.
  package var isStatistic: Bool { slot == "running_mean" || slot == "running_var" }
}

extension Node {
  /// Multiply-adds of convolutions, dense layers and attention; nil past 64 bits.
  package func multiplyAdds(_ shapes: [Shape], output: ValueID) -> Int? {
    spec.family.multiplyAdds(inputs: inputs.map { shapes[$0.index] }, output: shapes[output.index])
  }

  /// Those of the taps that read the map; nil past 64 bits.
  package func liveMultiplyAdds(_ shapes: [Shape], output: ValueID) -> Int? {
    spec.family.liveMultiplyAdds(
      inputs: inputs.map { shapes[$0.index] }, output: shapes[output.index])
  }
}

extension CheckedGraph {
  /// Multiply-adds of one image for the given outputs; nil past 64 bits.
  package func multiplyAdds(_ shapes: [Shape], outputs: [ValueID]) -> Int? {
    sum(outputs) { $0.multiplyAdds(shapes, output: $1) }
  }

  /// Those of the taps that read the map; nil past 64 bits.
  package func liveMultiplyAdds(_ shapes: [Shape], outputs: [ValueID]) -> Int? {
    sum(outputs) { $0.liveMultiplyAdds(shapes, output: $1) }
  }

  /// Over the nodes that outputs need; nil where one has no count, or the sum passes 64 bits.
  private func sum(_ outputs: [ValueID], _ count: (Node, ValueID) -> Int?) -> Int? {
    var total = 0
    for id in graph.reachable(from: outputs) {
      guard let node = graph.node(id) else { continue }
      guard let own = count(node, id) else { return nil }
      let (sum, overflow) = total.addingReportingOverflow(own)
      guard !overflow else { return nil }
      total = sum
    }
    return total
  }
}
