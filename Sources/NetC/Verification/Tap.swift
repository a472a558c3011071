import IR
import Tensors

/// A recorded array with the value of the network that it is held against.
struct Tap: Sendable {
  /// As recorded.
  let name: String
  /// Values that the name may mean and whose shape is the recorded one, likeliest first; where none
  /// has it, the likeliest alone.
  let candidates: [ValueID]
  /// As recorded, outermost first.
  let dimensions: [Int]
  let hasShape: Bool

  /// Nil where the network has nothing of the name `own`.
  init?(
    _ name: String, as own: String, _ dimensions: [Int], _ names: TapNames, _ graph: Graph,
    _ shapes: [Shape]
  ) {
    let all = names.candidates(own)
    guard let likeliest = all.first else { return nil }
    let fitting = all.filter { id in
      graph[id].type.forms(shapes[id.index]).contains(dimensions)
    }
    self.name = name
    self.dimensions = dimensions
    hasShape = !fitting.isEmpty
    candidates = fitting.isEmpty ? [likeliest] : fitting
  }
}

extension TensorType {
  /// The dimensions under which a framework may give a value: with and without axes of one.
  func forms(_ shape: Shape) -> [[Int]] {
    let natural = natural(shape)
    var forms = [natural, shape.dimensions]
    if shape.n == 1 { forms += [Array(natural.dropFirst()), Array(shape.dimensions.dropFirst())] }
    return forms
  }
}
