import Formats
import IR
import Source
import Tensors

extension GraphExporter {
  mutating func movement(_ spec: MovementSpec, _ inputs: [String]) -> String {
    switch spec {
    case .identity: return inputs[0]
    case .concat: return concatenated(inputs)
    case .flatten: return emit("Flatten", [inputs[0]], [("axis", .integer(1))])
    case .pad(let insets, let value): return padded(inputs[0], insets, value)
    case .crop(let insets):
      // From the end where something is cut off there, else as far as it goes.
      let ends = [insets.bottom, insets.right].map { $0 == 0 ? Int.max : -$0 }
      let starts = integers([insets.top, insets.left], "starts")
      return sliced(inputs[0], from: starts, to: integers(ends, "ends"))
    case .cropLike(let anchor): return cropped(inputs, anchor)
    case .padLike(let anchor): return enlarged(inputs, anchor)
    }
  }

  /// Channels of tensors one after another.
  mutating func concatenated(_ parts: [String]) -> String {
    parts.count == 1 ? parts[0] : emit("Concat", parts, [("axis", .integer(1))])
  }

  private mutating func sliced(_ input: String, from starts: String, to ends: String) -> String {
    emit("Slice", [input, starts, ends, integers([2, 3], "axes")])
  }

  private mutating func cropped(_ inputs: [String], _ anchor: MovementSpec.Anchor) -> String {
    if let source = sides(layer.inputs[0]), let target = sides(layer.id) {
      let starts = Axis.allCases.map {
        anchor.before($0, larger: source[$0], smaller: target[$0])
      }
      let ends = zip(Axis.allCases, starts).map { target[$0] + $1 }
      return sliced(
        inputs[0], from: integers(starts, "starts"), to: integers(ends, "ends"))
    }
    let target = shape(of: inputs[1], from: 2)
    let starts = before(anchor, larger: inputs[0], smaller: inputs[1])
    return sliced(inputs[0], from: starts, to: emit("Add", [starts, target]))
  }

  private mutating func enlarged(_ inputs: [String], _ anchor: MovementSpec.Anchor) -> String {
    if let source = sides(layer.inputs[0]), let target = sides(layer.id) {
      func cells(_ axis: Axis) -> (before: Int, after: Int) {
        let before = anchor.before(axis, larger: target[axis], smaller: source[axis])
        return (before, target[axis] - source[axis] - before)
      }
      let (rows, columns) = (cells(.height), cells(.width))
      return padded(
        inputs[0],
        Insets(top: rows.before, bottom: rows.after, left: columns.before, right: columns.after), 0)
    }
    let before = before(anchor, larger: inputs[1], smaller: inputs[0])
    let difference = emit("Sub", [shape(of: inputs[1], from: 2), shape(of: inputs[0], from: 2)])
    let none = integers([0, 0], "pads")
    let pads = emit(
      "Concat", [none, before, none, emit("Sub", [difference, before])], [("axis", .integer(0))])
    return emit("Pad", [inputs[0], pads, scalar(0)])
  }

  /// The cells of the larger map that lie before the smaller, of both axes, at run time.
  private mutating func before(
    _ anchor: MovementSpec.Anchor, larger: String, smaller: String
  ) -> String {
    switch anchor {
    case .offset(let height, let width): return integers([height, width], "starts")
    case .center:
      let difference = emit("Sub", [shape(of: larger, from: 2), shape(of: smaller, from: 2)])
      return emit("Div", [difference, integers([2, 2], "halves")])
    }
  }
}
