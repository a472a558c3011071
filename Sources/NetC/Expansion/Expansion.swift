import Frontend
import IR
import Source
import Syntax
import Tensors

/// A network written out in the language: no blocks, no loops, literal rates and pads.
///
/// The text gives the same graph again: specs, shapes, parameters and their names.
package struct Expansion {
  private let checked: CheckedGraph
  private let facts: NetworkFacts
  private var names: BindingNames
  private var lines: [String] = []
  private var graph: Graph { checked.graph }

  /// The formatted text.
  package static func text(_ checked: CheckedGraph, _ facts: NetworkFacts) -> String {
    var expansion = Expansion(checked: checked, facts: facts, names: BindingNames(checked.graph))
    expansion.run()
    let text = expansion.lines.joined(separator: "\n") + "\n"
    var sources = SourceMap()
    let id = sources.add(SourceFile(path: "expansion", bytes: Array(text.utf8)))
    guard let formatted = format(parse(sources[id], id: id)) else {
      preconditionFailure("an expanded network can be parsed")
    }
    return formatted
  }

  private mutating func run() {
    lines.append("netc 1")
    lines.append("")
    lines.append("network \(graph.name) {")
    for input in graph.inputs { lines.append(input.declaration(graph[input.value])) }
    for line in facts.declarations { lines.append(line) }
    for requirement in facts.requirements { lines.append("require \(requirement.text)") }
    lines.append("")
    writeNodes()
    lines.append("")
    for output in graph.outputs {
      lines.append("output \(output.name) = \(names[output.value])")
    }
    lines.append("}")
  }

  /// Every node in definition order, those that only feed the next one in a pipe with it.
  private mutating func writeNodes() {
    var unused = graph.unused[...]
    var pipe = ""
    for (id, node) in graph.nodes {
      while let first = unused.first, first.precedes(node) {
        lines.append(unusedLine(first))
        unused.removeFirst()
      }
      let call = node.operation(graph, names)
      if call.isJoin {
        pipe = call.text
      } else {
        if pipe.isEmpty { pipe = names[node.inputs[0]] }
        pipe += " |> \(call.text)"
      }
      pipe += label(node)
      if names.isBound(id) {
        lines.append("\(names[id]) = \(pipe)")
        pipe = ""
      }
    }
    for node in unused { lines.append(unusedLine(node)) }
  }

  private func unusedLine(_ node: Node) -> String {
    "unused\(label(node)) \(node.operation(graph, names).text) from=\(names[node.inputs[0]])"
  }

  /// The label of a layer with weights, its full path.
  private func label(_ node: Node) -> String {
    guard !node.parameters.isEmpty else { return "" }
    let path = node.origin.path
    if path.isEmpty { return " @_" }
    let parts = path.split(separator: ".", omittingEmptySubsequences: false)
    let isPlain = parts.allSatisfy { part in
      !part.isEmpty
        && part.utf8.allSatisfy { byte in
          byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
            || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
        }
    }
    return isPlain && path != "_" ? " @\(path)" : " @{\(Constant.text(path).text)}"
  }
}
