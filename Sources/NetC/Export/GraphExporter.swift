import Formats
import IR
import Source
import Tensors

/// Turns a network into operators of ONNX, node by node, reading nothing but specs.
///
/// Vectors have two dimensions, maps four; class indices are float maps of one channel until they
/// leave the graph.
package struct GraphExporter {
  /// The operators that every release of the last years runs.
  static let opset = 17
  /// Lists that stand in the model, such as the cells of bins, are at most so long.
  static let longestList = 1 << 24

  let graph: Graph
  /// The numbers that stand for H and W; nil where both stay symbols.
  let sizes: Sizes?
  /// One where the batch has one image; nil where it is a symbol.
  let batch: Int?
  /// The layer at hand, for names and errors.
  var layer: ExportedLayer
  private var nodes: [ONNXNode] = []
  private var constants: [ExportedConstant] = []
  private var names = UniqueNames()
  /// The tensor of each value.
  private var tensors: [String?]

  /// The operators that some outputs need; N0808 where a layer needs sizes, N0809 where it has no
  /// counterpart.
  package static func export(
    _ checked: CheckedGraph, _ outputs: [GraphOutput], at sizes: Sizes?
  ) throws(Diagnostic) -> ExportedGraph {
    var exporter = GraphExporter(checked.graph, outputs, at: sizes)
    return try exporter.export(outputs)
  }

  private init(_ graph: Graph, _ outputs: [GraphOutput], at sizes: Sizes?) {
    self.graph = graph
    self.sizes = sizes
    let reached = graph.reachable(from: outputs.map(\.value))
    let hasWindows = reached.contains { graph[$0].type.leading == .windows }
    batch = sizes?.batch ?? (hasWindows ? 1 : nil)
    layer = ExportedLayer(id: ValueID(0), name: graph.name)
    tensors = [String?](repeating: nil, count: graph.values.count)
  }

  private mutating func export(_ outputs: [GraphOutput]) throws(Diagnostic) -> ExportedGraph {
    let reached = graph.reachable(from: outputs.map(\.value))
    var inputs: [ONNXValue] = []
    for input in graph.inputs where reached.contains(input.value) {
      let name = names.unique(input.name)
      tensors[input.value.index] = name
      inputs.append(value(name, graph[input.value].type))
    }
    let results = outputs.map { value(names.unique($0.name), graph[$0.value].type) }
    for id in reached {
      guard let node = graph.node(id) else { continue }
      layer = ExportedLayer(id: id, node)
      tensors[id.index] = try export(node)
    }
    for (output, result) in zip(outputs, results) { finish(output, as: result) }
    prune(to: results.map(\.name))
    protectPads()
    return ExportedGraph(
      name: graph.name, opset: Self.opset, nodes: nodes, constants: constants, inputs: inputs,
      outputs: results)
  }

  /// The tensor of one spec's result.
  private mutating func export(_ node: Node) throws(Diagnostic) -> String {
    let inputs = node.inputs.map { tensor($0) }
    switch node.spec {
    case .convolution(let spec): return try convolution(spec, inputs[0])
    case .pooling(let spec): return try pooling(spec, inputs)
    case .resize(let spec): return try resize(spec, inputs)
    case .product(let spec): return dense(spec, inputs[0])
    case .attention(let spec): return try attention(spec, inputs)
    case .reduction(let spec): return try reduction(spec, inputs[0])
    case .pointwise(let spec): return try pointwise(spec, inputs)
    case .movement(let spec): return movement(spec, inputs)
    }
  }

  /// The last operators of an output: class indices become whole numbers without a channel axis.
  private mutating func finish(_ output: GraphOutput, as result: ONNXValue) {
    layer = ExportedLayer(id: output.value, name: output.name)
    var tensor = tensor(output.value)
    if let scores = scores(of: output.value) {
      tensor = emit("ArgMax", [scores], [("axis", .integer(1)), ("keepdims", .integer(0))])
    } else if graph[output.value].type.isLabel {
      let whole = emit("Cast", [tensor], [("to", .integer(ONNXElement.int64.rawValue))])
      tensor = emit("Squeeze", [whole, integers([1], "axes")])
    }
    // A tensor has one name: what is an input, or another output already, is handed on.
    let isFree = !names.isReserved(tensor) && nodes.contains { $0.outputs == [tensor] }
    if !isFree { tensor = emit("Identity", [tensor]) }
    rename(tensor, to: result.name)
    names.reserve(result.name)
  }

  /// What labels are chosen from, where nothing stands between.
  private func scores(of id: ValueID) -> String? {
    guard let node = graph.node(id) else { return nil }
    switch node.spec {
    case .movement(.identity): return scores(of: node.inputs[0])
    case .reduction(.argmax): return tensor(node.inputs[0])
    default: return nil
    }
  }

  private mutating func rename(_ old: String, to new: String) {
    for index in nodes.indices {
      nodes[index].inputs = nodes[index].inputs.map { $0 == old ? new : $0 }
      nodes[index].outputs = nodes[index].outputs.map { $0 == old ? new : $0 }
    }
    for index in tensors.indices where tensors[index] == old { tensors[index] = new }
  }

  /// Drops what no output needs.
  private mutating func prune(to outputs: [String]) {
    var needed = Set(outputs)
    var kept: [ONNXNode] = []
    for node in nodes.reversed() where !needed.isDisjoint(with: node.outputs) {
      kept.append(node)
      needed.formUnion(node.inputs)
    }
    nodes = kept.reversed()
    constants.removeAll { !needed.contains($0.name) }
  }

  /// Writes zeros around a map that is pooled as −0.
  ///
  /// ONNX Runtime merges a pad of zeros into the pool that follows, whose own pads are −∞; it leaves
  /// −0, which is the same number.
  private mutating func protectPads() {
    let pooled = Set(nodes.filter { $0.operation.hasSuffix("Pool") }.flatMap(\.inputs))
    let values = Set(
      nodes.filter { $0.operation == "Pad" && !pooled.isDisjoint(with: $0.outputs) }
        .map { $0.inputs[2] })
    for index in constants.indices where values.contains(constants[index].name) {
      let old = constants[index]
      guard old.content == .floats([0]) else { continue }
      constants[index] = ExportedConstant(
        name: old.name, dimensions: old.dimensions, content: .floats([-0.0]))
    }
  }

  func tensor(_ id: ValueID) -> String {
    guard let tensor = tensors[id.index] else {
      preconditionFailure("values are made before they are read")
    }
    return tensor
  }

  /// Adds an operator; the name of its result.
  mutating func emit(
    _ operation: String, _ inputs: [String],
    _ attributes: [(name: String, content: ONNXAttribute.Content)] = []
  ) -> String {
    let name = names.unique("\(layer.name)/\(operation)")
    nodes.append(
      ONNXNode(
        operation, name: name, inputs: inputs, outputs: [name],
        attributes: attributes.map { ONNXAttribute($0.name, $0.content) }))
    return name
  }

  /// Adds a constant; its name.
  mutating func constant(
    _ role: String, _ dimensions: [Int], _ content: ExportedConstant.Content
  ) -> String {
    let name = names.unique("\(layer.name)/\(role)")
    constants.append(ExportedConstant(name: name, dimensions: dimensions, content: content))
    return name
  }

  /// A parameter of the layer under the checkpoint's name; as often as it is read with the same
  /// dimensions, once.
  mutating func parameter(_ slot: Int, as dimensions: [Int]? = nil) -> String {
    let index = layer.parameters[slot]
    let parameter = graph.parameters[index]
    let dimensions = dimensions ?? parameter.shape.dimensions
    let known = constants.first {
      $0.content == .parameter(index) && $0.dimensions == dimensions
    }
    if let known { return known.name }
    let name = names.unique(parameter.name)
    constants.append(
      ExportedConstant(name: name, dimensions: dimensions, content: .parameter(index)))
    return name
  }
}
