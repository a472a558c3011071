import Source
import Tensors

/// L0507: inputs that nothing reads, and lines of the network's file none of whose layers leads to an
/// output.
///
/// A line of a block counts as used where one of its instances is; what a block of another file gives
/// besides the results that are read is that file's business.
func unusedValues(_ context: LintContext) -> [LintFinding] {
  let graph = context.graph
  let inputs = graph.inputs.filter { context.readers[$0.value.index] == 0 }.map { input in
    LintFinding(
      Diagnostic(
        .unusedValue, "nothing reads the input `\(input.name)`", severity: .warning,
        at: input.span, help: "read it, or take it out"), lines: [input.span])
  }
  return inputs + unusedLines(context)
}

private func unusedLines(_ context: LintContext) -> [LintFinding] {
  let graph = context.graph
  var isNeeded = [Bool](repeating: false, count: graph.values.count)
  // A layer that is declared as unused takes its shapes from a value.
  let ends = graph.outputs.map(\.value) + graph.unused.flatMap(\.inputs)
  for id in graph.reachable(from: ends) { isNeeded[id.index] = true }
  guard isNeeded.contains(false) else { return [] }
  let places = context.nodes.map { context.ownPlace($0.node.origin) }
  var used: Set<Span> = []
  // What another line reads is that line's finding.
  var isEnd: Set<Span> = []
  for ((id, _), place) in zip(context.nodes, places) {
    if isNeeded[id.index] { used.insert(place) }
    if context.readers[id.index] == 0 { isEnd.insert(place) }
  }
  let unused = zip(context.nodes, places).filter { !used.contains($0.1) && isEnd.contains($0.1) }
  return context.sites(of: unused.map(\.0.id), inRoot: true).compactMap { site in
    guard let last = site.values.last, let node = graph.node(last) else { return nil }
    let layers = graph.reachable(from: site.values).filter {
      !isNeeded[$0.index] && graph.node($0) != nil
    }
    let parameters = layers.compactMap { graph.node($0) }.flatMap(\.parameters)
      .reduce(0) { $0 + graph.parameters[$1].shape.count }
    let name = node.origin.calls.first { $0.span == site.span }?.block ?? node.origin.op
    let weights =
      parameters == 0
      ? "" : ", but the weights must have their \(parameters.grouped) numbers"
    return site.finding(
      .unusedValue,
      """
      no output needs this `\(name)`: \(layers.count == 1 ? "one layer is" : "\(layers.count) layers are") \
      never computed\(weights)
      """,
      help: parameters == 0
        ? "read it, declare it as an `output`, or take it out"
        : "read it, declare it as an `output`, or declare its weights with `unused`", isOfLine: true
    )
  }
}

extension LintContext {
  /// The innermost line of the network's own file that makes a layer.
  fileprivate func ownPlace(_ origin: Origin) -> Span {
    if origin.span.source == root { return origin.span }
    return origin.calls.last { $0.span.source == root }?.span ?? origin.span
  }
}
