import Frontend
import IR
import Tensors

/// The order of a kernel's dimensions, where its shape does not tell: PyTorch's O, I, H, W or
/// TensorFlow's H, W, I, O.
enum KernelLayout: Convention {
  static let name = "layout"

  static func changes(to segment: Segment, _ place: TrialPlace) -> [Change] {
    let rules = RenameRules(place.network.rules)
    var changes: [Change] = []
    for (id, node) in segment.layers {
      for index in node.parameters {
        let parameter = segment.graph.parameters[index]
        let shape = parameter.shape.dimensions
        guard parameter.slot == "weight", shape.count > 1,
          let order = RenameRule.Layout.hwio.order(stored: shape, wanted: shape)
        else { continue }
        let isTurned = rules.isTurned(parameter.name)
        // What a rule has turned is turned back.
        let back = order.indices.map { place in order.firstIndex(of: place) ?? place }
        changes.append(
          Change(
            convention: name,
            words: "rename \(parameter.name) <- … layout=\(isTurned ? "OIHW" : "HWIO")",
            nodes: [id],
            effect: .layout(parameter: index, order: isTurned ? back : order)))
      }
    }
    return changes
  }
}
