import Formats
import IR
import Source
import Tensors

extension GraphExporter {
  /// How far a value reaches along an axis, where that is known.
  func size(_ id: ValueID, _ axis: Axis) -> Int? {
    guard let extents = graph[id].type.extents else { return 1 }
    return size(axis == .height ? extents.height : extents.width, axis)
  }

  private func size(_ extent: Extent, _ axis: Axis) -> Int? {
    if let size = extent.constantValue { return size }
    guard let sizes else { return nil }
    return try? extent.value(at: axis == .height ? sizes.height : sizes.width)
  }

  /// Height and width of a value, where both are known.
  func sides(_ id: ValueID) -> Size2? {
    guard let height = size(id, .height), let width = size(id, .width) else { return nil }
    return Size2(height, width)
  }

  /// Height and width of a value; N0808 with a reason where they are not known.
  func sides(_ id: ValueID, _ reason: String) throws(Diagnostic) -> Size2 {
    guard let sides = sides(id) else { throw needsSize(reason) }
    return sides
  }

  /// An input or output of the graph, as it is outside.
  func value(_ name: String, _ type: TensorType) -> ONNXValue {
    let first: ONNXValue.Dimension =
      type.leading == .windows || type.kind == .windows
      ? .named("R") : batch.map { .fixed($0) } ?? .named("N")
    func dimension(_ extent: Extent, _ axis: Axis) -> ONNXValue.Dimension {
      size(extent, axis).map { .fixed($0) } ?? .named("\(extent)")
    }
    switch type.kind {
    case .map(let height, let width):
      return ONNXValue(
        name: name, element: .float32,
        dimensions: [
          first, .fixed(type.channels), dimension(height, .height), dimension(width, .width),
        ])
    case .labels(let height, let width):
      return ONNXValue(
        name: name, element: .int64,
        dimensions: [first, dimension(height, .height), dimension(width, .width)])
    case .vector:
      return ONNXValue(name: name, element: .float32, dimensions: [first, .fixed(type.channels)])
    case .label: return ONNXValue(name: name, element: .int64, dimensions: [first])
    case .windows: return ONNXValue(name: name, element: .float32, dimensions: [first, .fixed(4)])
    }
  }

  /// A list of whole numbers.
  mutating func integers(_ values: [Int], _ role: String) -> String {
    constant(role, [values.count], .integers(values))
  }

  /// One number of no dimensions.
  mutating func scalar(_ value: Float, _ role: String = "constant") -> String {
    constant(role, [], .floats([value]))
  }

  /// The dimensions of a tensor from `start` on, up to `end` where that is given.
  mutating func shape(of tensor: String, from start: Int, to end: Int? = nil) -> String {
    let last = end.map { [("end", ONNXAttribute.Content.integer($0))] } ?? []
    return emit("Shape", [tensor], [("start", .integer(start))] + last)
  }

  /// Cells around a map, the same value in all of them.
  mutating func padded(_ tensor: String, _ insets: Insets, _ value: Float) -> String {
    let pads = [0, 0, insets.top, insets.left, 0, 0, insets.bottom, insets.right]
    return emit("Pad", [tensor, integers(pads, "pads"), scalar(value)])
  }

  /// N0809 where a list that would stand in the model is too long.
  func requireListable(_ count: Int) throws(Diagnostic) {
    guard count <= Self.longestList else {
      throw notExportable("it needs a list of \(count) numbers, at most \(Self.longestList) fit")
    }
  }

  func needsSize(_ reason: String) -> Diagnostic {
    Diagnostic(
      .exportNeedsSize, "`\(layer.name)` can only be exported at a size: \(reason)",
      at: layer.origin?.span, help: "give the size of the picture, such as `--at 513x513`")
  }

  func notExportable(_ reason: String) -> Diagnostic {
    Diagnostic(
      .notExportable, "`\(layer.name)` cannot be exported: \(reason)", at: layer.origin?.span)
  }
}
