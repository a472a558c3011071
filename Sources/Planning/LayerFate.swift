import IR
import Source
import Tensors

/// What became of a layer in a plan.
package enum LayerFate: Hashable, Sendable {
  /// Steps that begin with it; several where it is computed in parts.
  case steps([Int])
  /// A step that does it to its result.
  case fused(into: Int)
  /// Its parts are written where it has them.
  case inPlace
  /// It moves nothing at this size.
  case nothing
  /// The same numbers as an earlier layer.
  case same(as: ValueID)
  /// A step whose weights it went into, or that makes what it would have made.
  case absorbed(by: Int)
  /// No output that was asked for needs it.
  case unneeded

  /// The steps that it takes part in.
  package var steps: [Int] {
    switch self {
    case .steps(let steps): steps
    case .fused(let step), .absorbed(let step): [step]
    case .inPlace, .nothing, .same, .unneeded: []
    }
  }
}

extension Plan {
  /// What became of every value of the graph that the plan was made of; nil of its inputs.
  package func fates(of graph: Graph) -> [LayerFate?] {
    let asked = Set(outputs.map(\.name))
    let values = graph.outputs.filter { asked.contains($0.name) }.map(\.value)
    let needed = Set(graph.reachable(from: values))
    let index = StepIndex(self)
    var fates = [LayerFate?](repeating: nil, count: graph.values.count)
    var made: [Repeat: ValueID] = [:]
    for (id, node) in graph.nodes {
      let key = Repeat(spec: node.spec, inputs: node.inputs, parameters: node.parameters)
      if !needed.contains(id) {
        fates[id.index] = .unneeded
      } else if let fate = index.fate(of: node.origin) {
        fates[id.index] = fate
      } else if let first = made[key] {
        fates[id.index] = .same(as: first)
      } else if graph.movesNothing(node, id, at: sizes) {
        fates[id.index] = .nothing
      }
      if needed.contains(id), made[key] == nil { made[key] = id }
    }
    // What is left went into what reads it.
    var readers = [Int?](repeating: nil, count: graph.values.count)
    for (id, node) in graph.nodes.reversed() where needed.contains(id) {
      if fates[id.index] == nil { fates[id.index] = readers[id.index].map { .absorbed(by: $0) } }
      guard let step = fates[id.index]?.steps.first ?? readers[id.index] else { continue }
      for input in node.inputs where readers[input.index] == nil { readers[input.index] = step }
    }
    return fates
  }
}

/// A layer without its place.
private struct Repeat: Hashable {
  let spec: Spec
  let inputs: [ValueID]
  let parameters: [Int]
}

/// Steps by the layers that they stand for.
private struct StepIndex {
  /// An origin without its op: passes call what they make of a layer otherwise.
  private struct Key: Hashable {
    let span: Span
    let calls: [CallSite]
    let path: String

    init(_ origin: Origin) { (span, calls, path) = (origin.span, origin.calls, origin.path) }
  }

  private var leading: [Key: [Int]] = [:]
  private var fused: [Key: Int] = [:]
  private let joins: Set<Key>

  init(_ plan: Plan) {
    joins = Set(plan.joins.map { Key($0.origin) })
    for (index, step) in plan.steps.enumerated() {
      leading[Key(step.origin), default: []].append(index)
      for origin in step.fused { fused[Key(origin)] = index }
    }
  }

  func fate(of origin: Origin) -> LayerFate? {
    let key = Key(origin)
    if let steps = leading[key] { return .steps(steps) }
    if let step = fused[key] { return .fused(into: step) }
    return joins.contains(key) ? .inPlace : nil
  }
}

extension Graph {
  /// Whether a movement leaves everything where it is.
  fileprivate func movesNothing(_ node: Node, _ id: ValueID, at sizes: Sizes) -> Bool {
    guard case .movement = node.spec, let input = node.inputs.first else { return false }
    let (from, to) = (self[input].type.shape(at: sizes), self[id].type.shape(at: sizes))
    return from != nil && from == to
  }
}
