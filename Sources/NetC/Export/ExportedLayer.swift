import IR

/// The node that is being exported.
struct ExportedLayer {
  /// The value that it makes.
  let id: ValueID
  /// The label path, or the op where it has none.
  let name: String
  let inputs: [ValueID]
  /// Indices into `Graph.parameters`.
  let parameters: [Int]
  let origin: Origin?

  init(id: ValueID, _ node: Node) {
    self.id = id
    name = node.origin.path.isEmpty ? node.origin.op : node.origin.path
    inputs = node.inputs
    parameters = node.parameters
    origin = node.origin
  }

  /// What follows the last layer, under an output's name.
  init(id: ValueID, name: String) {
    self.id = id
    self.name = name
    inputs = []
    parameters = []
    origin = nil
  }
}

/// Names that are given once.
struct UniqueNames {
  private var used: Set<String> = []
  private var reserved: Set<String> = []

  /// The name itself, or with the first free number behind.
  mutating func unique(_ name: String) -> String {
    var (result, number) = (name, 1)
    while !used.insert(result).inserted {
      result = "\(name)_\(number)"
      number += 1
    }
    return result
  }

  /// Marks a name that must not change any more.
  mutating func reserve(_ name: String) { reserved.insert(name) }

  func isReserved(_ name: String) -> Bool { reserved.contains(name) }
}
