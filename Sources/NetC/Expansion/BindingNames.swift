import IR
import Syntax

/// Names for the values of a flat network: of inputs and outputs their own, else made of labels.
///
/// A value that only the next node reads goes on in its pipe and needs none.
struct BindingNames {
  private var names: [String]

  /// Words that mean something where a statement or an operand may stand.
  private static let reserved = Token.reservedWords.union([
    "H", "W", "R", "input", "output", "expect", "require", "legend", "weights", "rename", "ignore",
    "convention", "unused", "count", "channels", "os", "same", "valid", "global", "center",
  ])

  init(_ graph: Graph) {
    var taken = Self.reserved
    for (_, node) in graph.nodes { taken.insert(node.origin.op) }
    names = [String](repeating: "", count: graph.values.count)
    for input in graph.inputs { names[input.value.index] = input.name }
    for output in graph.outputs where names[output.value.index].isEmpty {
      names[output.value.index] = output.name
    }
    taken.formUnion(graph.inputs.map(\.name))
    taken.formUnion(graph.outputs.map(\.name))
    let piped = graph.piped
    for (id, node) in graph.nodes where names[id.index].isEmpty && !piped.contains(id) {
      let base = Self.identifier(node.origin.path.isEmpty ? node.origin.op : node.origin.path)
      var name = base
      var number = 2
      while taken.contains(name) {
        name = "\(base)_\(number)"
        number += 1
      }
      taken.insert(name)
      names[id.index] = name
    }
  }

  subscript(id: ValueID) -> String { names[id.index] }

  func isBound(_ id: ValueID) -> Bool { !names[id.index].isEmpty }

  /// A path as one word.
  private static func identifier(_ path: String) -> String {
    var name = ""
    for byte in path.utf8.prefix(80) {
      let isLetter = (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
      let isDigit = (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
      if isDigit && name.isEmpty { name = "x" }
      name += isLetter || isDigit ? String(UnicodeScalar(byte)) : "_"
    }
    return name.first?.isLetter == true ? name : "x\(name)"
  }
}

extension Node {
  /// Whether its parameters come before another's in the graph.
  func precedes(_ other: Node) -> Bool {
    guard let own = parameters.first, let next = other.parameters.first else { return false }
    return own < next
  }
}

extension Graph {
  /// Values that flow from a node into the next one, and nowhere else.
  fileprivate var piped: Set<ValueID> {
    var readers = [Int](repeating: 0, count: values.count)
    for (_, node) in nodes { for input in node.inputs { readers[input.index] += 1 } }
    // These are read by name.
    for node in unused { for input in node.inputs { readers[input.index] += 2 } }
    for output in outputs { readers[output.value.index] += 2 }
    var piped: Set<ValueID> = []
    for ((id, node), (_, next)) in zip(nodes, nodes.dropFirst()) {
      guard readers[id.index] == 1, next.inputs.first == id, !next.isJoin else { continue }
      // An unused layer in between is a statement of its own.
      if unused.contains(where: { $0.precedes(next) && !$0.precedes(node) }) { continue }
      piped.insert(id)
    }
    return piped
  }
}
