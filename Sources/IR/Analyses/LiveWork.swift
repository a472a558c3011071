import Tensors

/// How much of what a network multiplies are cells of maps, and how much is padding.
package struct LiveWork: Sendable {
  /// A layer with the taps of its window that see the map, on average over its positions.
  package struct Layer: Sendable {
    package let value: ValueID
    package let live: Double
    package let taps: Int
  }

  /// Of one image; nil past 64 bits.
  package let multiplyAdds: Int?
  /// Those of taps that see the map.
  package let liveMultiplyAdds: Int?
  /// The share of live products among those of layers with a rate; nil without such layers.
  package let atrousShare: Double?
  /// The one of them with the smallest share of live taps.
  package let fewest: Layer?

  /// For some outputs, with the shapes of all values.
  package init(_ graph: Graph, _ shapes: [Shape], outputs: [ValueID]) {
    var (all, live): (Int?, Int?) = (0, 0)
    var (atrous, atrousLive) = (0.0, 0.0)
    var fewest: Layer?
    func add(_ count: Int?, to sum: inout Int?) {
      guard let count, let old = sum else { return sum = nil }
      let (next, overflow) = old.addingReportingOverflow(count)
      sum = overflow ? nil : next
    }
    for id in graph.reachable(from: outputs) {
      guard let node = graph.node(id) else { continue }
      let count = node.multiplyAdds(shapes, output: id)
      add(count, to: &all)
      guard let layer = node.liveTaps(shapes, output: id) else {
        add(count, to: &live)
        continue
      }
      let products = node.spec.family.liveMultiplyAdds(
        inputs: node.inputs.map { shapes[$0.index] }, output: shapes[id.index])
      add(products, to: &live)
      let share = layer.live / Double(layer.taps)
      guard node.spec.family.window.map({ $0.rate != .one && $0.kernel != .one }) ?? false
      else { continue }
      atrous += Double(count ?? 0)
      atrousLive += Double(products ?? 0)
      if share < fewest.map({ $0.live / Double($0.taps) }) ?? .infinity { fewest = layer }
    }
    (multiplyAdds, liveMultiplyAdds) = (all, live)
    atrousShare = atrous > 0 ? atrousLive / atrous : nil
    self.fewest = fewest
  }
}

extension Node {
  /// Of a convolution.
  fileprivate func liveTaps(_ shapes: [Shape], output: ValueID) -> LiveWork.Layer? {
    guard let kernel = spec.family.window?.kernel,
      let live = spec.family.live(
        inputs: inputs.map { shapes[$0.index] }, output: shapes[output.index])
    else { return nil }
    return LiveWork.Layer(value: output, live: live, taps: kernel.height * kernel.width)
  }
}
