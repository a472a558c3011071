/// Concrete extents, outermost first; maps are N, C, H, W, vectors N, C, 1, 1.
package struct Shape: Hashable, Sendable, CustomStringConvertible {
  package let dimensions: [Int]
  /// The product of the dimensions.
  package let count: Int

  /// Nil where a dimension is negative or the number of bytes as float32 passes 2^62.
  package init?(_ dimensions: [Int]) {
    var count = 1
    for dimension in dimensions {
      guard dimension >= 0 else { return nil }
      let (product, overflow) = count.multipliedReportingOverflow(by: dimension)
      guard !overflow, product < 1 << 60 else { return nil }
      count = product
    }
    self.dimensions = dimensions
    self.count = count
  }

  package init?(_ n: Int, _ c: Int, _ h: Int, _ w: Int) {
    self.init([n, c, h, w])
  }

  package subscript(index: Int) -> Int { dimensions[index] }
  package var rank: Int { dimensions.count }
  package var n: Int { dimensions[0] }
  package var c: Int { dimensions[1] }
  package var h: Int { dimensions[2] }
  package var w: Int { dimensions[3] }
  package var description: String { dimensions.map(String.init).joined(separator: "x") }
}
