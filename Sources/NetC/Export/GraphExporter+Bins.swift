import Formats
import IR
import Source
import Tensors

/// How one axis of a map is cut into bins.
private enum AxisBins {
  /// A window that slides.
  case window(length: Int, stride: Int, padding: Int)
  /// Bins of different lengths: cells are gathered so that each has the longest one's.
  case gathered(length: Int, [Range<Int>])

  init(_ rule: BinRule, bins: Int, size: Int) {
    if let window = rule.window(bins: bins, size: size) {
      self = .window(length: window.length, stride: window.stride, padding: window.padding)
    } else if size % bins == 0 {
      self = .window(length: size / bins, stride: size / bins, padding: 0)
    } else {
      let ranges = rule.cells(bins: bins, size: size).map(\.cells)
      self = .gathered(length: ranges.map(\.count).max() ?? 1, ranges)
    }
  }

  var kernel: Int {
    switch self {
    case .window(let length, _, _), .gathered(let length, _): length
    }
  }

  var stride: Int {
    switch self {
    case .window(_, let stride, _): stride
    case .gathered(let length, _): length
    }
  }

  var padding: Int {
    switch self {
    case .window(_, _, let padding): padding
    case .gathered: 0
    }
  }
}

extension GraphExporter {
  /// A map of bins x bins numbers a channel, by adaptive bins or those of a pyramid's rule.
  mutating func pyramid(
    _ kind: PoolingSpec.Kind, _ input: String, _ bins: Size2, _ rule: BinRule, _ size: Size2
  ) throws(Diagnostic) -> String {
    try requireListable(bins.height)
    try requireListable(bins.width)
    let rows = AxisBins(rule, bins: bins.height, size: size.height)
    let columns = AxisBins(rule, bins: bins.width, size: size.width)
    return try pooled(kind, input) { (exporter, kind, map) throws(Diagnostic) in
      let tall = try exporter.gathered(map, rows, .height, size.height, kind)
      let wide = try exporter.gathered(tall, columns, .width, size.width, kind)
      return exporter.reduced(wide, rows, columns, kind)
    }
  }

  private mutating func reduced(
    _ map: String, _ rows: AxisBins, _ columns: AxisBins, _ kind: PoolingSpec.Kind
  ) -> String {
    let pads = [rows.padding, columns.padding, rows.padding, columns.padding]
    var attributes: [(name: String, content: ONNXAttribute.Content)] = [
      ("kernel_shape", .integers([rows.kernel, columns.kernel])),
      ("strides", .integers([rows.stride, columns.stride])), ("pads", .integers(pads)),
    ]
    guard case .average(let countsPads) = kind else {
      return emit("MaxPool", [map], attributes)
    }
    attributes.append(("count_include_pad", .integer(countsPads ? 1 : 0)))
    var result = emit("AveragePool", [map], attributes)
    for (axis, bins) in [(Axis.height, rows), (.width, columns)] {
      guard case .gathered(let length, let ranges) = bins else { continue }
      let factors = ranges.map { Float(length) / Float($0.count) }
      result = scaled(result, factors, axis)
    }
    return result
  }

  /// The cells of bins side by side; a shorter bin repeats its last cell for a maximum, and reads
  /// zeros behind the map for a mean.
  private mutating func gathered(
    _ map: String, _ bins: AxisBins, _ axis: Axis, _ size: Int, _ kind: PoolingSpec.Kind
  ) throws(Diagnostic) -> String {
    guard case .gathered(let length, let ranges) = bins else { return map }
    try requireListable(product([length, ranges.count]) ?? .max)
    let cells = ranges.flatMap { range in
      (0..<length).map { index in
        index < range.count ? range.lowerBound + index : kind == .max ? range.upperBound - 1 : size
      }
    }
    var source = map
    if kind != .max {
      let isRow = axis == .height
      let zeros = Insets(top: 0, bottom: isRow ? 1 : 0, left: 0, right: isRow ? 0 : 1)
      source = padded(map, zeros, 0)
    }
    return gather(source, cells, axis)
  }

  /// Rows or columns of a map in another order.
  mutating func gather(_ map: String, _ cells: [Int], _ axis: Axis) -> String {
    let indices = integers(cells, "cells")
    return emit("Gather", [map, indices], [("axis", .integer(axis == .height ? 2 : 3))])
  }
}
