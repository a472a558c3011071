import Formats
import IR
import Source
import Tensors

extension GraphExporter {
  /// A pyramid inside each window of the second input.
  ///
  /// The cells of a window are found in double precision, as `PoolingSpec` does; an operator for
  /// regions of interest then takes the largest value of each bin, and products with ones where
  /// cells belong to a bin take its sum.
  mutating func windows(
    _ kind: PoolingSpec.Kind, _ inputs: [String], _ levels: [Int],
    pixels: (height: Rational, width: Rational), _ offset: Double
  ) throws(Diagnostic) -> String {
    let sides = try sides(layer.inputs[0], "its windows end at the sides of the map")
    let doubles = cast(inputs[1], to: .float64)
    let moved = emit("Sub", [doubles, double(offset)])
    let columns = cells(moved, 0, 2, pixels.width, sides.width)
    let rows = cells(moved, 1, 3, pixels.height, sides.height)
    let image = emit("Mul", [columns.first, double(0)])
    let corners = [image, columns.first, rows.first, columns.last, rows.last]
    let regions = cast(emit("Concat", corners, [("axis", .integer(1))]), to: .float32)
    var parts: [String] = []
    for count in levels {
      try requireListable(count)
      let map = try pooled(kind, inputs[0]) { (exporter, kind, map) throws(Diagnostic) in
        if kind == .max { return try exporter.largest(map, regions, bins: count, sides) }
        let sums = exporter.emit(
          "MatMul", [exporter.membership(rows, count, sides.height, isRow: true), map])
        return exporter.emit(
          "MatMul", [sums, exporter.membership(columns, count, sides.width, isRow: false)])
      }
      parts.append(emit("Flatten", [map], [("axis", .integer(1))]))
    }
    return concatenated(parts)
  }

  private mutating func largest(
    _ map: String, _ regions: String, bins: Int, _ sides: Size2
  ) throws(Diagnostic) -> String {
    for axis in Axis.allCases where !Self.areExact(bins: bins, size: sides[axis]) {
      throw notExportable(
        "operators cut windows into \(bins) bins in single precision, which goes wrong in maps of "
          + "\(sides[axis]) cells")
    }
    return emit("MaxRoiPool", [map, regions], [("pooled_shape", .integers([bins, bins]))])
  }

  /// For each window a matrix with 1/a where one of the a cells of a bin is, R x 1 x bins x cells
  /// of rows, R x 1 x cells x bins of columns: bin i of n covers [floor(i·a/n), ceil((i+1)·a/n)).
  private mutating func membership(
    _ ends: (first: String, last: String), _ bins: Int, _ size: Int, isRow: Bool
  ) -> String {
    let (binAxis, cellAxis) = isRow ? ([bins, 1], [size]) : ([bins], [size, 1])
    let axes = integers([1, 2], "axes")
    let first = emit("Unsqueeze", [ends.first, axes])
    let last = emit("Unsqueeze", [ends.last, axes])
    let length = emit("Add", [emit("Sub", [last, first]), double(1)])
    func bound(_ offset: Int, _ rounding: String, _ exporter: inout Self) -> String {
      let numbers = (0..<bins).map { Double($0 + offset) }
      let bin = exporter.constant("bins", binAxis, .doubles(numbers))
      let share = exporter.emit(
        "Div", [exporter.emit("Mul", [length, bin]), exporter.double(Double(bins))])
      return exporter.emit("Add", [first, exporter.emit(rounding, [share])])
    }
    let (start, end) = (bound(0, "Floor", &self), bound(1, "Ceil", &self))
    let cell = constant("cells", cellAxis, .doubles((0..<size).map { Double($0) }))
    let inside = emit(
      "And", [emit("GreaterOrEqual", [cell, start]), emit("Less", [cell, end])])
    let ones = cast(inside, to: .float64)
    return cast(emit("Div", [ones, emit("Sub", [end, start])]), to: .float32)
  }

  private mutating func cast(_ tensor: String, to element: ONNXElement) -> String {
    emit("Cast", [tensor], [("to", .integer(element.rawValue))])
  }

  /// First and last cell of each window along an axis: floor(x1/S) + 1 and ceil(x2/S) − 1, inside
  /// the map, the last one not before the first.
  private mutating func cells(
    _ windows: String, _ first: Int, _ last: Int, _ pixels: Rational, _ size: Int
  ) -> (first: String, last: String) {
    let (zero, end) = (double(0), double(Double(size - 1)))
    let (factor, divisor) = (double(Double(pixels.denominator)), double(Double(pixels.numerator)))
    let one = double(1)
    func cell(_ column: Int, _ rounding: String, _ step: String, _ exporter: inout Self) -> String {
      let side = exporter.emit(
        "Gather", [windows, exporter.integers([column], "column")], [("axis", .integer(1))])
      let places = exporter.emit("Div", [exporter.emit("Mul", [side, factor]), divisor])
      let moved = exporter.emit(step, [exporter.emit(rounding, [places]), one])
      return exporter.emit("Clip", [moved, zero, end])
    }
    let lower = cell(first, "Floor", "Add", &self)
    let upper = cell(last, "Ceil", "Sub", &self)
    return (lower, emit("Max", [lower, upper]))
  }

  private mutating func double(_ value: Double) -> String {
    constant("constant", [], .doubles([value]))
  }

  /// Whether bins of every window of a map come out the same in single precision, where bin i of n
  /// is [floor(i · (a/n)), ceil((i + 1) · (a/n))).
  private static func areExact(bins: Int, size: Int) -> Bool {
    guard let work = product([bins, size]), work <= longestList else { return false }
    return (1...size).allSatisfy { cells in
      let length = Float(cells) / Float(bins)
      return (0..<bins).allSatisfy { bin in
        (Float(bin) * length).rounded(.down) == Float(bin * cells / bins)
          && (Float(bin + 1) * length).rounded(.up) == Float(ceilDivide((bin + 1) * cells, bins))
      }
    }
  }
}
