import IR
import Source
import Tensors

/// The layers between values that agree with a recording and the first that does not.
struct Segment: Sendable {
  let graph: Graph
  /// The value that differs.
  let target: ValueID
  /// In the order of the graph; the last one makes the target. Empty where an input differs.
  let nodes: [ValueID]
  /// What the nodes start from: recorded values, and inputs.
  let sources: [ValueID: Tensor]
  /// By parameter index.
  let weights: [Tensor]
  /// The values of all nodes as the network has them.
  let values: [ValueID: Tensor]

  /// The part of the graph that makes `target` from `known` values and inputs.
  ///
  /// Nil where its values would pass `memoryLimit` bytes.
  init?(
    _ graph: Graph, to target: ValueID, from known: (ValueID) throws(Diagnostic) -> Tensor?,
    weights: [Tensor], shapes: [Shape], memoryLimit: Int, report: (Double) -> Void
  ) throws(Diagnostic) {
    var pending = [target]
    var seen: Set<ValueID> = [target]
    var nodes: [ValueID] = []
    var sources: [ValueID: Tensor] = [:]
    var bytes = 0
    while let id = pending.popLast() {
      // A shape's bytes stay below 2^62, and the limit is far below.
      bytes += shapes[id.index].count * MemoryLayout<Float>.stride
      guard bytes <= memoryLimit else { return nil }
      if id != target || graph.node(id) == nil, let source = try known(id) {
        sources[id] = source
        continue
      }
      guard let node = graph.node(id) else {
        preconditionFailure("the values of inputs are known")
      }
      nodes.append(id)
      for input in node.inputs where seen.insert(input).inserted { pending.append(input) }
    }
    self.graph = graph
    self.target = target
    self.nodes = nodes.sorted { $0.index < $1.index }
    self.sources = sources
    self.weights = weights
    var values = sources
    for (index, id) in self.nodes.enumerated() {
      guard let node = graph.node(id),
        let value = try Self.value(node, node.spec, node.inputs.compactMap { values[$0] }, weights)
      else { preconditionFailure("a checked network computes at an admissible size") }
      values[id] = value
      report(Double(index + 1) / Double(self.nodes.count))
    }
    self.values = values
  }

  /// Its nodes with what they are.
  var layers: [(id: ValueID, node: Node)] {
    nodes.compactMap { id in graph.node(id).map { (id, $0) } }
  }

  /// The target after a change, or nil where the changed layers do not fit together.
  func target(after effect: Change.Effect) throws(Diagnostic) -> Tensor? {
    var changed: [ValueID: Tensor] = [:]
    var (specs, weights): ([ValueID: Spec], [Tensor]) = ([:], self.weights)
    var parameter: Int?
    switch effect {
    case .specs(let changes): specs = changes
    case .layout(let index, let order):
      parameter = index
      do {
        weights[index] = try weights[index].permuted(order, to: weights[index].shape)
      } catch {
        throw .noMemoryForTrials
      }
    case .input(let id, let tensor): changed[id] = tensor
    }
    for (id, node) in layers {
      let isAffected =
        specs[id] != nil || node.inputs.contains { changed[$0] != nil }
        || parameter.map(node.parameters.contains) ?? false
      guard isAffected else { continue }
      let inputs = node.inputs.compactMap { changed[$0] ?? values[$0] }
      guard let value = try Self.value(node, specs[id] ?? node.spec, inputs, weights) else {
        return nil
      }
      changed[id] = value
    }
    return changed[target]
  }

  /// One node by the reference; nil where the spec does not take the inputs or the parameters.
  private static func value(
    _ node: Node, _ spec: Spec, _ inputs: [Tensor], _ weights: [Tensor]
  ) throws(Diagnostic) -> Tensor? {
    guard let call = try? Call.make(spec, inputs.map(\.shape)) else { return nil }
    let parameters = node.parameters.map { weights[$0] }
    guard call.parameters.map(\.shape) == parameters.map(\.shape) else { return nil }
    do throws(AllocationError) {
      let output = try Tensor(zeros: call.output)
      call.reference(
        inputs: inputs.map { TensorView($0) }, parameters: parameters.map { TensorView($0) },
        output: MutableTensorView(output))
      return output
    } catch {
      throw .noMemoryForTrials
    }
  }
}

extension Diagnostic {
  fileprivate static var noMemoryForTrials: Diagnostic {
    Diagnostic(
      .tooMuchMemory, "no memory is left to try conventions",
      help: "record more values, so that fewer layers lie between two of them")
  }
}
