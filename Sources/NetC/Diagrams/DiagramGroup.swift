import IR
import Tensors

/// The nodes that one box stands for.
struct DiagramGroup {
  /// The block instance; nil of a layer.
  let call: CallSite?
  var values: [ValueID]

  var isBlock: Bool { call != nil }

  func title(_ nodes: [Node]) -> String {
    if let call { return call.block }
    guard let first = nodes.first else { return "" }
    var title = first.origin.op
    if let window = first.spec.family.window {
      title += " \(window.kernel.height)×\(window.kernel.width)"
    }
    for node in nodes.dropFirst() where node.origin.op != "dropout" {
      title += " \(node.origin.op)"
    }
    return title
  }

  /// What distinguishes the box: label, strides, rates, parameters.
  func details(_ nodes: [Node], _ graph: Graph) -> [String] {
    var details: [String] = []
    var facts: [String] = []
    if let call, !call.path.isEmpty, call.path != call.block { details.append(call.path) }
    if call == nil, let first = nodes.first, !first.parameters.isEmpty {
      details.append(first.origin.path)
    }
    let windows = nodes.compactMap(\.spec.family.window)
    let rates = windows.filter { $0.kernel != .one && $0.rate != .one }.map(\.rate)
    if isBlock {
      let distinct = rates.reduce(into: [Size2]()) { if !$0.contains($1) { $0.append($1) } }
      if !distinct.isEmpty {
        facts.append("rates " + distinct.prefix(6).map(\.description).joined(separator: ", "))
      }
    } else if let window = windows.first {
      if window.stride != .one { facts.append("stride \(window.stride)") }
      if window.rate != .one, window.kernel != .one { facts.append("rate \(window.rate)") }
    }
    let count = nodes.flatMap(\.parameters).map { graph.parameters[$0] }
      .filter { !$0.isStatistic }.reduce(0) { $0 + $1.shape.count }
    if count > 0 { facts.append("\(count.short) params") }
    if !facts.isEmpty { details.append(facts.joined(separator: ", ")) }
    return details
  }

  func style(_ nodes: [Node]) -> Diagram.Box.Style {
    if isBlock { return .block }
    return nodes.count == 1 && nodes[0].inputs.count > 1 && nodes[0].parameters.isEmpty
      ? .join : .layer
  }
}

extension Graph {
  /// Runs of nodes of one outermost block instance, and folded layers outside of blocks.
  ///
  /// Runs follow the order of definition, so arrows between groups never form a cycle.
  func groups(isExpanded: Bool) -> [DiagramGroup] {
    var groups: [DiagramGroup] = []
    for chain in chains(isFolded: true) {
      guard let first = chain.first, let node = node(first) else { continue }
      let call = isExpanded ? nil : node.origin.calls.first
      if let call, groups.last?.call == call {
        groups[groups.count - 1].values += chain
      } else {
        groups.append(DiagramGroup(call: call, values: chain))
      }
    }
    return groups
  }
}

extension Int {
  /// Three digits: `59.3 M`.
  var short: String {
    for (unit, letter) in [(1_000_000_000, "G"), (1_000_000, "M"), (1_000, "k")]
    where self >= unit {
      let tenths = (self / (unit / 10))
      return tenths >= 1_000
        ? "\(tenths / 10) \(letter)" : "\(tenths / 10).\(tenths % 10) \(letter)"
    }
    return String(self)
  }
}
