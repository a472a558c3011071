import IR
import Tensors

/// One line of `netc show`: a node, or a linear one with what is folded under it.
package struct LayerRow: Sendable {
  package let name: String
  /// `conv`, or `conv+bn+relu`
  package let op: String
  package let type: TensorType
  package let shape: Shape?
  package let window: Window?
  package let stride: OutputStride
  package let receptiveField: ReceptiveField?
  /// The mean number of taps that see the map, of convolutions.
  package let live: Double?
  /// The same on a map of h x w, of atrous convolutions that keep its size.
  package var liveFormula: String?
  package let parameters: Int
  package let multiplyAdds: Int?
  /// Where its samples lie, in a table that folds nothing.
  let geometry: LayerGeometry?
  /// Counted and loaded, but nothing runs it.
  package let isUnused: Bool
}

/// The layers of a network in definition order, with what they cost.
package struct LayerTable: Sendable {
  package private(set) var rows: [LayerRow] = []
  package let sizes: Sizes?
  package let parameterCount: Int
  package let multiplyAdds: Int?
  package let conditions: AdmissibleSizes

  /// `isFolded` puts arithmetic of one value under the convolution or dense layer before it.
  package init(_ checked: CheckedGraph, at asked: Sizes?, isFolded: Bool) {
    let graph = checked.graph
    sizes = asked ?? checked.onlySize
    let shapes = sizes.flatMap { checked.shapes(at: $0) }
    parameterCount = graph.parameterCount
    multiplyAdds = shapes.flatMap { checked.multiplyAdds($0, outputs: graph.outputs.map(\.value)) }
    conditions = checked.admissible
    let fields = receptiveFields(graph)
    let geometry = isFolded ? nil : NetworkGeometry(graph, at: sizes)
    for input in graph.inputs {
      let value = graph[input.value]
      rows.append(
        LayerRow(
          name: input.name, op: "input", type: value.type, shape: shapes?[input.value.index],
          window: nil, stride: value.stride, receptiveField: fields[input.value.index], live: nil,
          parameters: 0, multiplyAdds: nil, geometry: geometry?[input.value], isUnused: false))
    }
    for chain in graph.chains(isFolded: isFolded) {
      if let row = LayerRow(chain, of: graph, fields, shapes, geometry) { rows.append(row) }
    }
    rows += graph.unused.compactMap { LayerRow(unused: $0, of: graph) }
  }
}

extension LayerRow {
  /// A line for nodes that follow one another, which the first one heads; nil of none.
  init?(
    _ chain: [ValueID], of graph: Graph, _ fields: [ReceptiveField], _ shapes: [Shape]?,
    _ geometry: NetworkGeometry?
  ) {
    guard let head = chain.first, let last = chain.last, let node = graph.node(head) else {
      return nil
    }
    let nodes = chain.compactMap { graph.node($0) }
    let own = shapes.flatMap { shapes in
      node.spec.family.live(
        inputs: node.inputs.map { shapes[$0.index] }, output: shapes[head.index])
    }
    self.init(
      name: node.origin.path.isEmpty ? node.origin.op : node.origin.path,
      op: nodes.map(\.origin.op).joined(separator: "+"), type: graph[last].type,
      shape: shapes?[last.index], window: node.spec.family.window, stride: graph[last].stride,
      receptiveField: fields[last.index], live: own,
      parameters: nodes.reduce(0) { $0 + graph.trainable($1.parameters) },
      multiplyAdds: shapes.flatMap { node.multiplyAdds($0, output: head) },
      geometry: geometry?[last], isUnused: false)
    if case .convolution(let spec) = node.spec, spec.rate != .one {
      liveFormula = spec.slidingWindow.liveTapsText
    }
  }

  /// A line for a layer that nothing runs; nil where it reads nothing.
  init?(unused node: Node, of graph: Graph) {
    guard let input = node.inputs.first else { return nil }
    self.init(
      name: node.origin.path, op: node.origin.op, type: graph[input].type, shape: nil,
      window: node.spec.family.window, stride: OutputStride(height: nil, width: nil),
      receptiveField: nil, live: nil, parameters: graph.trainable(node.parameters),
      multiplyAdds: nil, geometry: nil, isUnused: true)
  }
}

extension Graph {
  /// Elements of the parameters that training would change.
  fileprivate func trainable(_ indices: [Int]) -> Int {
    indices.map { parameters[$0] }.filter { !$0.isStatistic }.reduce(0) { $0 + $1.shape.count }
  }

  /// The nodes, one a chain; folded: a linear node with the arithmetic that only it feeds.
  package func chains(isFolded: Bool) -> [[ValueID]] {
    var readers = [Int](repeating: 0, count: values.count)
    for (_, node) in nodes { for input in node.inputs { readers[input.index] += 1 } }
    for output in outputs { readers[output.value.index] += 1 }
    var chains: [[ValueID]] = []
    var chainOf: [Int: Int] = [:]
    for (id, node) in nodes {
      if isFolded, node.inputs.count == 1, node.spec.isArithmetic,
        let chain = chainOf[node.inputs[0].index], readers[node.inputs[0].index] == 1
      {
        chains[chain].append(id)
        chainOf[id.index] = chain
        continue
      }
      if node.spec.isLinear { chainOf[id.index] = chains.count }
      chains.append([id])
    }
    return chains
  }
}

extension Spec {
  fileprivate var isLinear: Bool {
    switch self {
    case .convolution, .product: true
    case .pooling, .resize, .attention, .reduction, .pointwise, .movement: false
    }
  }

  fileprivate var isArithmetic: Bool {
    switch self {
    case .pointwise, .movement(.identity): true
    case .convolution, .product, .pooling, .resize, .attention, .reduction, .movement: false
    }
  }
}
