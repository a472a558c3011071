/// How the elements of a tensor lie in a row of others: element (i, j, …) is at
/// `offset + i·strides[0] + j·strides[1] + …`.
package struct StridedView: Hashable, Sendable {
  package let dimensions: [Int]
  /// 0 along axes that hold no second element: nothing steps along them, and no step overflows.
  package let strides: [Int]
  package let offset: Int
  /// Elements in all, and the range from the first to the last of them.
  package let count: Int
  package let span: Range<Int>

  /// Nil where a number is negative or the last element's place overflows.
  package init?(_ dimensions: [Int], strides: [Int], offset: Int) {
    guard dimensions.count == strides.count, offset >= 0, let shape = Shape(dimensions) else {
      return nil
    }
    var last = offset
    for (dimension, stride) in zip(dimensions, strides) {
      guard stride >= 0 else { return nil }
      let (way, far) = max(dimension - 1, 0).multipliedReportingOverflow(by: stride)
      let (next, further) = last.addingReportingOverflow(way)
      guard !far, !further else { return nil }
      last = next
    }
    let (end, overflow) = last.addingReportingOverflow(1)
    guard !overflow else { return nil }
    self.dimensions = dimensions
    self.strides = zip(dimensions, strides).map { $0 > 1 ? $1 : 0 }
    self.offset = offset
    count = shape.count
    span = offset..<(count > 0 ? end : offset)
  }

  /// First dimension fastest, as Fortran stores an array.
  package init?(fortran dimensions: [Int]) {
    var strides: [Int] = []
    var step = 1
    for dimension in dimensions {
      strides.append(step)
      let (product, overflow) = step.multipliedReportingOverflow(by: dimension)
      guard !overflow else { return nil }
      step = product
    }
    self.init(dimensions, strides: strides, offset: 0)
  }

  /// Whether the elements follow one another in row-major order; axes of one element do not matter.
  package var isContiguous: Bool {
    var step = 1
    for (dimension, stride) in zip(dimensions, strides).reversed() where dimension != 1 {
      guard stride == step else { return false }
      // `Shape` has bounded the product.
      step *= dimension
    }
    return true
  }

  /// The elements in row-major order, out of the numbers of `span`.
  package func gather(_ numbers: Tensor) throws(AllocationError) -> Tensor {
    precondition(numbers.shape.count == span.count, "the numbers of the span")
    guard let shape = Shape(dimensions) else { throw AllocationError(bytes: .max) }
    let result = try Tensor(zeros: shape)
    numbers.withSpan { source in
      result.withMutableSpan { destination in
        var position = [Int](repeating: 0, count: dimensions.count)
        var from = 0
        for index in destination.indices {
          destination[index] = source[from]
          var axis = position.count - 1
          while axis >= 0 {
            position[axis] += 1
            from += strides[axis]
            if position[axis] < dimensions[axis] { break }
            from -= strides[axis] * dimensions[axis]
            position[axis] = 0
            axis -= 1
          }
        }
      }
    }
    return result
  }
}
