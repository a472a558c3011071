/// A pair of numbers, one an axis: windows, strides, rates, bins.
package struct Size2: Hashable, Sendable, CustomStringConvertible {
  package var height: Int
  package var width: Int

  package init(_ height: Int, _ width: Int) {
    self.height = height
    self.width = width
  }

  package init(_ both: Int) { self.init(both, both) }

  package static let one = Size2(1)

  package subscript(axis: Axis) -> Int { axis == .height ? height : width }

  package var description: String { height == width ? "\(height)" : "\(height)x\(width)" }
}

/// Cells added to, or taken from, the four sides of a map.
package struct Insets: Hashable, Sendable, CustomStringConvertible {
  package var top: Int
  package var bottom: Int
  package var left: Int
  package var right: Int

  package init(top: Int, bottom: Int, left: Int, right: Int) {
    self.top = top
    self.bottom = bottom
    self.left = left
    self.right = right
  }

  package init(_ all: Int) { self.init(top: all, bottom: all, left: all, right: all) }

  package static let zero = Insets(0)

  /// The sides that lie before and after the cells of an axis.
  package subscript(axis: Axis) -> (before: Int, after: Int) {
    axis == .height ? (top, bottom) : (left, right)
  }

  package var description: String {
    top == bottom && left == right && top == left ? "\(top)" : "(\(top),\(bottom),\(left),\(right))"
  }
}
