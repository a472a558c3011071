import Frontend
import IR
import Kernels
import Planning
import Source
import Syntax
import Tensors

/// What a line of a network's files became.
struct LineReport {
  /// As the user named it.
  let place: LinePlace
  let text: String
  let content: LineContent
  /// Whether some instance of the block that the line is part of is in the network.
  let isInUse: Bool
  /// The line of the file with layers that is nearest, where this one has none.
  let nearest: Int?
  /// Nil where none was asked for or is stated.
  let sizes: Sizes?
  let layers: [LineLayer]
  let unused: [LayerRow]
  /// Values from other lines that these layers read, and theirs that others read.
  let inputs: [ValueID]
  let outputs: [ValueID]
  /// Nodes that the line wrote.
  let nodeCount: Int
  let network: LoadedNetwork
  private let shapes: [Shape]?
  /// What the plan does for the line; nil without a size.
  private(set) var execution: LineExecution?

  /// `isFolded` puts arithmetic behind a linear layer into its row.
  init(
    _ place: LinePlace, _ line: SourceLine, of network: LoadedNetwork, at sizes: Sizes?,
    isFolded: Bool
  ) {
    let (graph, sources) = (network.graph, network.sources)
    self.place = place
    self.network = network
    self.sizes = sizes
    let file = sources[line.source]
    text = String(decoding: file.line(line.number), as: UTF8.self)
    let own = Set(
      graph.nodes.filter { $0.node.origin.isWritten(at: line, sources) }.map(\.id))
    nodeCount = own.count
    let shapes = sizes.flatMap { network.checked.shapes(at: $0) }
    self.shapes = shapes
    let fields = receptiveFields(graph)
    let geometry = isFolded ? nil : NetworkGeometry(graph, at: sizes)
    layers = graph.chains(isFolded: isFolded).compactMap { chain in
      LineLayer(chain.filter { own.contains($0) }, of: graph, fields, shapes, geometry)
    }
    unused = graph.unused.filter { $0.origin.isWritten(at: line, sources) }
      .compactMap { LayerRow(unused: $0, of: graph) }
    (inputs, outputs) = graph.boundary(of: own)
    content = parse(file, id: line.source).tree.content(ofLine: line.number)
    let block = content.block
    isInUse =
      block.map { name in
        (graph.nodes.map(\.node) + graph.unused).contains { node in
          node.origin.calls.contains { $0.block == name }
        }
      } ?? true
    let others = own.isEmpty && unused.isEmpty ? graph.lines(of: line.source, sources) : []
    nearest = others.min { abs($0 - line.number) < abs($1 - line.number) }
  }

  var isEmpty: Bool { layers.isEmpty && unused.isEmpty }

  /// `256x33x33` at the size, else as a function of it.
  func extent(of value: ValueID) -> String {
    let type = network.graph[value].type
    return shapes.map { type.compactText($0[value.index]) } ?? type.text
  }

  /// Adds what a plan does for the line.
  mutating func add(_ plan: Plan, _ kernels: KernelCatalogue) {
    execution = LineExecution(of: layers, plan, kernels, network)
  }

  /// Times of the plan's steps, of which the line's take a part.
  mutating func add(_ benchmark: Benchmark) { execution?.add(benchmark) }

  var parameters: Int { (layers.map(\.row) + unused).reduce(0) { $0 + $1.parameters } }
  var multiplyAdds: Int? { Self.sum(layers.map(\.row.multiplyAdds)) }
  var liveMultiplyAdds: Int? { Self.sum(layers.map(\.liveMultiplyAdds)) }

  private static func sum(_ counts: [Int?]) -> Int? {
    counts.reduce(0) { sum, count in
      guard let sum, let count else { return nil }
      let (next, overflow) = sum.addingReportingOverflow(count)
      return overflow ? nil : next
    }
  }
}

extension Graph {
  /// The values that some nodes read from others, and those of theirs that others or outputs read.
  fileprivate func boundary(of own: Set<ValueID>) -> (inputs: [ValueID], outputs: [ValueID]) {
    var (inputs, outputs) = (Set<ValueID>(), Set<ValueID>())
    for (id, node) in nodes {
      for input in node.inputs where own.contains(id) != own.contains(input) {
        if own.contains(id) { inputs.insert(input) } else { outputs.insert(input) }
      }
    }
    for output in self.outputs where own.contains(output.value) { outputs.insert(output.value) }
    return (inputs.sorted { $0.index < $1.index }, outputs.sorted { $0.index < $1.index })
  }
}

extension TensorType {
  /// What a user counts of a run-time shape: `256x33x33`.
  func compactText(_ shape: Shape) -> String {
    dimensions(shape).map(String.init).joined(separator: "x")
  }
}
